package io.kulkul.core.docs;

import io.kulkul.api.ChannelPublisher;
import io.kulkul.api.ClientMessage;
import io.kulkul.api.FromChannel;
import io.kulkul.api.JsonText;
import io.kulkul.api.NewEvent;
import io.kulkul.api.Published;
import io.kulkul.api.Publisher;
import io.kulkul.api.ToChannel;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Inject;
import java.util.concurrent.CompletionStage;

/** The ways to publish and to hear that the documentation shows. */
@ApplicationScoped
class Orders {

    @Inject
    Publisher live;

    @Inject
    @ToChannel("orders:all")
    ChannelPublisher<Order> orders;

    void place(Order order) {
        orders.publish("order_placed", order);
    }

    @Inject
    Event<OrderShipped> shipped;

    void tell() {
        shipped.fire(new OrderShipped("42", "A-1"));
    }

    @Inject
    Archive archive;

    void received(@ObservesAsync @FromChannel("chat:*") ClientMessage message) {
        archive.store(message.channel(), message.user(), message.payload().text());
    }

    CompletionStage<Published> announce(String orderId, String json) {
        return live.publish(NewEvent.on("orders:all")
                .named("order_placed")
                .carrying(new JsonText(json))
                .withKey(orderId)
                .withCorrelation("checkout-" + orderId)
                .inTenant("acme"));
    }

    /** Somebody else's. */
    interface Archive {
        void store(String channel, String user, String json);
    }
}
