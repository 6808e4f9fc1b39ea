package io.kulkul.it;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;

/** A program that knows nothing of Kulkul but the name of its queue: the one that {@code docs/cluster.md} shows. */
final class OrderDesk {
    private final ConnectionFactory broker;

    OrderDesk(ConnectionFactory broker) {
        this.broker = broker;
    }

    void publish(String event) {
        try (JMSContext context = broker.createContext()) {
            context.createProducer().send(context.createQueue("kulkul.publish"), event);
        }
    }
}
