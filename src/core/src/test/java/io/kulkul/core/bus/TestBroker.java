package io.kulkul.core.bus;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.Queue;
import jakarta.jms.Topic;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.activemq.artemis.jms.client.ActiveMQQueue;
import org.apache.activemq.artemis.jms.client.ActiveMQTopic;

/** A broker in the test's own process that can go and come back at the same port; it keeps nothing. */
final class TestBroker implements AutoCloseable {

    /** So often a message is offered before it goes to the dead letter queue. */
    static final int ATTEMPTS = 4;

    private static final String DEAD_LETTERS = "dead.letters";

    private final int port = freePort();
    private EmbeddedActiveMQ broker = new EmbeddedActiveMQ();

    static TestBroker open() {
        TestBroker broker = new TestBroker();
        broker.start();
        return broker;
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    void start() {
        try {
            broker = new EmbeddedActiveMQ();
            broker.setConfiguration(new ConfigurationImpl()
                    .setPersistenceEnabled(false)
                    .setSecurityEnabled(false)
                    .setJMXManagementEnabled(false)
                    .setScheduledThreadPoolMaxSize(2)
                    .setThreadPoolMaxSize(8)
                    .addAcceptorConfiguration("tcp", "tcp://127.0.0.1:" + port + "?protocols=CORE")
                    .addAddressSetting(
                            "#",
                            new AddressSettings()
                                    .setMaxDeliveryAttempts(ATTEMPTS)
                                    .setDeadLetterAddress(SimpleString.of(DEAD_LETTERS)))
                    .addQueueConfiguration(QueueConfiguration.of(DEAD_LETTERS).setRoutingType(RoutingType.ANYCAST)));
            broker.start();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Goes without a word to its clients. */
    void stop() {
        try {
            broker.stop();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        stop();
    }

    /** How many messages the queue has, those included that are on trial at a consumer. */
    long messagesIn(Queue queue) {
        return broker.getActiveMQServer()
                .locateQueue(((ActiveMQQueue) queue).getAddress())
                .getMessageCount();
    }

    /** Connections that end with the broker, so that a new one has to be made. */
    ConnectionFactory factory() {
        return factory("reconnectAttempts=0");
    }

    /** Connections that outlive the broker: whoever uses one just waits. */
    ConnectionFactory reconnecting() {
        return factory("reconnectAttempts=-1&retryInterval=200");
    }

    private ConnectionFactory factory(String options) {
        return new ActiveMQConnectionFactory("tcp://127.0.0.1:" + port + "?callTimeout=4000&" + options);
    }

    static Topic topic(String name) {
        return new ActiveMQTopic(name);
    }

    static Queue queue(String name) {
        return new ActiveMQQueue(name);
    }

    static Queue deadLetters() {
        return queue(DEAD_LETTERS);
    }
}
