package io.kulkul.core.docs;

import io.kulkul.api.Publisher;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;

@ApplicationScoped
public class Shipping {

    @Inject
    Publisher live;

    @Transactional
    public void ship(Order order) {
        live.publish("orders:" + order.customerId(), "order_shipped", order);
    }
}
