package io.kulkul.it;

import java.io.IOException;
import java.nio.file.Path;
import org.jboss.arquillian.core.api.annotation.Observes;
import org.jboss.arquillian.core.spi.LoadableExtension;
import org.jboss.arquillian.test.spi.event.suite.BeforeSuite;

/** Publishes the key that signs the tests' tokens before the server starts. Found by Arquillian. */
public final class TestKeyExtension implements LoadableExtension {
    @Override
    public void register(ExtensionBuilder builder) {
        builder.observer(Publisher.class);
    }

    /** Public with a public method, because Arquillian calls it by reflection. */
    public static final class Publisher {
        // Before the containers start, which happens at the same event with precedence 0.
        public void publish(@Observes(precedence = 1) BeforeSuite suite) throws IOException {
            TestKey.SERVER_TRUSTS.publish(Path.of(System.getProperty("kulkul.it.key")));
        }
    }
}
