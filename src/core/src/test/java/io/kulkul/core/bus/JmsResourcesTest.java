package io.kulkul.core.bus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import javax.naming.CommunicationException;
import javax.naming.NameNotFoundException;
import javax.naming.NamingException;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.Test;

class JmsResourcesTest {

    private static final PublishHandler HANDLER = events -> () -> {
        throw new AssertionError("nothing comes");
    };

    private final Map<String, Object> directory = new HashMap<>();
    private final ThreadFactory threads = Executors.defaultThreadFactory();

    private JmsResources find() {
        return JmsResources.find(this::lookup);
    }

    private Object lookup(String name) throws NamingException {
        Object found = directory.get(name);
        if (found == null) {
            throw new NameNotFoundException(name);
        }
        return found;
    }

    private void configure(String... names) {
        for (String name : names) {
            directory.put(
                    name,
                    switch (name) {
                        case JmsResources.CONNECTION_FACTORY -> new ActiveMQConnectionFactory();
                        case JmsResources.EVENTS -> TestBroker.topic("events");
                        default -> TestBroker.queue("publish");
                    });
        }
    }

    @Test
    void withoutAConnectionFactoryTheInstanceIsByItself() {
        configure(JmsResources.EVENTS, JmsResources.PUBLISH);

        assertThat(find().bus("south", threads, System::nanoTime)).isInstanceOf(LocalBus.class);
        assertThat(find().publishQueue(HANDLER, null, threads, System::nanoTime))
                .isNull();
    }

    @Test
    void outsideOfAServerTheInstanceIsByItself() {
        assertThat(JmsResources.find().bus("south", threads, System::nanoTime)).isInstanceOf(LocalBus.class);
    }

    @Test
    void withAConnectionFactoryThereAreOtherInstances() {
        configure(JmsResources.CONNECTION_FACTORY, JmsResources.EVENTS);

        assertThat(find().bus("south", threads, System::nanoTime)).isInstanceOf(JmsBus.class);
        assertThat(find().publishQueue(HANDLER, null, threads, System::nanoTime))
                .isNull();
    }

    @Test
    void theQueueIsReadWhereThereIsOne() {
        configure(JmsResources.CONNECTION_FACTORY, JmsResources.EVENTS, JmsResources.PUBLISH);

        assertThat(find().publishQueue(HANDLER, null, threads, System::nanoTime))
                .isNotNull();
    }

    @Test
    void aConnectionFactoryWithoutATopicStopsTheStart() {
        configure(JmsResources.CONNECTION_FACTORY);

        assertThatIllegalStateException()
                .isThrownBy(this::find)
                .withMessageContaining("KULKUL0507E")
                .withMessageContaining("jms/kulkul/Events");
    }

    @Test
    void somethingElseOfThatNameStopsTheStart() {
        configure(JmsResources.CONNECTION_FACTORY);
        directory.put(JmsResources.EVENTS, TestBroker.queue("events"));

        assertThatIllegalStateException().isThrownBy(this::find).withMessageContaining("KULKUL0508E");
    }

    @Test
    void aDirectoryThatFailsStopsTheStart() {
        assertThatIllegalStateException()
                .isThrownBy(() -> JmsResources.find(name -> {
                    throw new CommunicationException("broken");
                }))
                .withMessageContaining("KULKUL0508E");
    }
}
