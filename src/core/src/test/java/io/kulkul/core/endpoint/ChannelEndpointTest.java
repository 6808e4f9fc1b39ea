package io.kulkul.core.endpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.kulkul.core.testkit.LogLines;
import jakarta.websocket.CloseReason;
import jakarta.websocket.Endpoint;
import jakarta.websocket.Session;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Nothing escapes into the container, which would write down the request with its token. */
class ChannelEndpointTest {

    private final List<Object> closes = new ArrayList<>();
    private boolean open;

    /** All that a session is asked for by what fails. */
    private final Session session = (Session) Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {Session.class}, (self, method, given) -> {
                return switch (method.getName()) {
                    case "getPathParameters" -> Map.of();
                    case "isOpen" -> open;
                    case "getId" -> "s1";
                    case "close" -> closed(given[0]);
                    default -> null;
                };
            });

    private @Nullable Object closed(Object reason) {
        closes.add(((CloseReason) reason).getCloseCode());
        return null;
    }

    /** Its hub is not there. */
    private static Endpoint failing() {
        return new ChannelEndpoint(new EndpointSessions());
    }

    @Test
    void aSessionThatWasClosedWhileItWasOpenedIsNoError() {
        try (LogLines lines = LogLines.of(EndpointSessions.class.getName())) {
            assertThatCode(() -> failing().onOpen(session, null)).doesNotThrowAnyException();

            assertThat(lines.take("KULKUL0207E")).isEmpty();
        }
        assertThat(closes).isEmpty();
    }

    @Test
    void aSessionThatCannotBeOpenedIsClosedAndLogged() {
        open = true;
        try (LogLines lines = LogLines.of(EndpointSessions.class.getName())) {
            assertThatCode(() -> failing().onOpen(session, null)).doesNotThrowAnyException();

            assertThat(lines.take("KULKUL0207E")).hasSize(1);
        }
        assertThat(closes).containsExactly(CloseReason.CloseCodes.UNEXPECTED_CONDITION);
    }

    @Test
    void whatIsToldOfASessionWithoutPropertiesIsLeftAlone() {
        assertThatCode(() -> failing().onClose(session, null)).doesNotThrowAnyException();
    }
}
