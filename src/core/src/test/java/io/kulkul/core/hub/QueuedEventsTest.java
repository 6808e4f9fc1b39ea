package io.kulkul.core.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kulkul.core.bus.RefusedMessageException;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.testkit.FakeClient;
import io.kulkul.core.testkit.JsonTexts;
import io.kulkul.core.testkit.TestHub;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QueuedEventsTest {

    private static final String GOOD = "{'channel':'orders:1','event':'shipped','payload':{'n':1}}";

    private final TestHub hub = TestHub.open();
    private final QueuedEvents queued = new QueuedEvents(hub.hub().publishing(), 200);

    private static List<String> json(String... texts) {
        return Arrays.stream(texts).map(JsonTexts::json).toList();
    }

    @Test
    void anEventReachesItsSubscribers() throws Exception {
        FakeClient alice = hub.clientOf("alice").subscribesTo("orders:1");

        var published = queued.check(json(GOOD)).publish();
        hub.settle();

        assertThat(published.toCompletableFuture()).isCompleted();
        alice.expectMessage("orders:1", "{'n':1}");
    }

    @Test
    void theTenantIsAMember() throws Exception {
        queued.check(json("{'tenant':'acme','channel':'orders:1','event':'e','payload':1}"))
                .publish();

        assertThat(hub.hub().channels().info(new ChannelId("acme", "orders:1"))).isNotNull();
    }

    @Test
    void nothingIsPublishedWhereOneIsBad() {
        assertThatExceptionOfType(RefusedMessageException.class)
                .isThrownBy(() -> queued.check(json(GOOD, "{'channel':'orders:1'}")));

        assertThat(hub.hub().channels().count()).isZero();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{                                                                | bad_json",
                "[]                                                               | bad_json",
                "{'event':'e','payload':1}                                        | channel is missing",
                "{'channel':'a b','event':'e','payload':1}                        | bad_channel",
                "{'channel':'a','event':'','payload':1}                           | event",
                "{'channel':'a','event':'e'}                                      | payload is missing",
                "{'channel':'a','event':'e','payload':1,'tenant':7}               | tenant must be a string",
                "{'channel':'a','event':'e','payload':1,'key':7}                  | key must be a string",
            })
    void whatIsBadIsRefusedWithItsReason(String text, String reason) {
        assertThatExceptionOfType(RefusedMessageException.class)
                .isThrownBy(() -> queued.check(json(text)))
                .withMessageContaining(reason);
    }

    @Test
    void whatIsTooLongIsRefused() {
        String text = "{'channel':'a','event':'e','payload':'" + "é".repeat(90) + "'}";

        assertThatExceptionOfType(RefusedMessageException.class)
                .isThrownBy(() -> queued.check(json(text)))
                .withMessageContaining("limit_message_size");
    }
}
