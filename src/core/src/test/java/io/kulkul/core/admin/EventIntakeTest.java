package io.kulkul.core.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kulkul.core.channel.Appended;
import io.kulkul.core.eventlog.Draft;
import io.kulkul.core.eventlog.Event;
import io.kulkul.core.hub.EventText;
import io.kulkul.core.hub.Publication;
import io.kulkul.core.hub.RefusedException;
import io.kulkul.core.protocol.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class EventIntakeTest {

    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String JSON = "application/json";
    private static final String NDJSON = "application/x-ndjson";
    private static final int MAX_EVENT_BYTES = 200;

    private final RecordingSink sink = new RecordingSink();

    @Test
    void oneObjectIsAnsweredWithItsPosition() throws Exception {
        assertThat(take(event("a", "1"), FORM))
                .isEqualTo("{\"channel\":\"a\",\"id\":\"id-1\",\"epoch\":\"e\",\"seq\":1,\"duplicate\":false}");
    }

    @Test
    void aNamespaceWithoutHistoryAnswersWithoutPosition() throws Exception {
        sink.positioned = false;

        assertThat(take(event("a", "1"), FORM)).isEqualTo("{\"channel\":\"a\",\"id\":\"id-1\",\"duplicate\":false}");
    }

    @Test
    void anObjectOverSeveralLinesIsOneEvent() throws Exception {
        String answer = take("\n{\n  \"channel\": \"a\",\n\n  \"event\": \"e\",\n  \"payload\": {\n}\n}\n\n", FORM);

        assertThat(answer).contains("\"seq\":1");
        assertThat(sink.published).hasSize(1);
    }

    @Test
    void thePayloadIsPublishedAsItWasWritten() throws Exception {
        take("{\"channel\":\"a\",\"event\":\"e\",\"payload\":{ \"n\" : 1.50e3,\"s\":\"\\u00e4\" }}", JSON);

        assertThat(sink.published.get(0).payload()).isEqualTo("{ \"n\" : 1.50e3,\"s\":\"\\u00e4\" }");
    }

    @Test
    void everyMemberOfTheEventIsPublishedInTheCallersNameAndTenant() throws Exception {
        take(
                "{\"correlation\":\"c\",\"key\":\"k\",\"payload\":null,\"event\":\"e\",\"channel\":\"a\",\"more\":[]}",
                "");

        assertThat(sink.published)
                .containsExactly(new Publication(
                        new io.kulkul.core.eventlog.ChannelId("acme", "a"), "e", "null", "k", "c", "alice"));
    }

    @Test
    void linesAreAnsweredWithCounts() throws Exception {
        assertThat(take(event("a", "1") + "\n" + event("b", "2") + "\r\n" + event("a", "3"), FORM))
                .isEqualTo("{\"published\":3,\"duplicates\":0,\"refused\":0,\"errors\":[]}");
        assertThat(sink.payloads()).containsExactly("1", "2", "3");
    }

    @Test
    void linesCalledJsonAreLinesToo() throws Exception {
        assertThat(take(event("a", "1") + "\n" + event("b", "2"), JSON)).contains("\"published\":2");
    }

    @Test
    void oneLineCalledNdjsonIsAnsweredWithCounts() throws Exception {
        assertThat(take(event("a", "1") + "\n", NDJSON)).contains("\"published\":1");
    }

    @Test
    void anEmptyStreamPublishesNothing() throws Exception {
        assertThat(take("", NDJSON)).contains("\"published\":0");
    }

    @Test
    void theLinesBeforeAndAfterARefusedOneArePublished() throws Exception {
        String body = event("a", "1") + "\n\n{\"channel\":\n" + event("a", "2") + "\n" + event("no", "3") + "\n[]\n"
                + event("a", "4");

        assertThat(take(body, FORM))
                .startsWith("{\"published\":3,\"duplicates\":0,\"refused\":3,")
                .contains("{\"line\":3,\"code\":\"bad_json\",")
                .contains("{\"line\":5,\"code\":\"bad_channel\",\"message\":\"not this one\"}")
                .contains("{\"line\":6,\"code\":\"bad_json\",\"message\":\"a JSON object is expected\"}");
        assertThat(sink.payloads()).containsExactly("1", "2", "4");
    }

    @Test
    void aBadFirstLineIsRefusedLikeAnyOther() throws Exception {
        assertThat(take("{\"channel\":\n" + event("a", "2"), FORM))
                .startsWith("{\"published\":1,\"duplicates\":0,\"refused\":1,")
                .contains("\"line\":1,");
    }

    @Test
    void aBadFirstLineOfALongStreamIsRefusedLikeAnyOther() throws Exception {
        String body = "{\"channel\":\n" + (event("a", "2") + "\n").repeat(20);

        assertThat(take(body, FORM)).startsWith("{\"published\":20,\"duplicates\":0,\"refused\":1,");
    }

    @Test
    void aLineThatIsTooLongIsRefusedAndTheNextOneIsPublished() throws Exception {
        String body = event("a", '"' + "x".repeat(MAX_EVENT_BYTES) + '"') + "\n" + event("a", "2");

        assertThat(take(body, FORM))
                .startsWith("{\"published\":1,\"duplicates\":0,\"refused\":1,")
                .contains("{\"line\":1,\"code\":\"limit_message_size\",");
    }

    @Test
    void aLineThatIsNotUtf8IsRefused() throws Exception {
        byte[] body = (event("a", "\"\u00e4\"") + "\n" + event("a", "2")).getBytes(StandardCharsets.ISO_8859_1);

        assertThat(take(new ByteArrayInputStream(body), NDJSON))
                .contains("\"published\":1")
                .contains("{\"line\":1,\"code\":\"bad_json\",\"message\":\"not valid UTF-8\"}");
    }

    @Test
    void atMostAHundredRefusedLinesAreListed() throws Exception {
        String answer = take("nonsense\n".repeat(130), NDJSON);

        assertThat(answer).contains("\"refused\":130").contains("\"line\":100,").doesNotContain("\"line\":101,");
        assertThat(answer).endsWith("\"errorsOmitted\":30}");
    }

    @Test
    void duplicatesAreCountedByThemselves() throws Exception {
        String body = event("twice", "1") + "\n" + event("twice", "2");

        assertThat(take(body, NDJSON)).startsWith("{\"published\":1,\"duplicates\":1,\"refused\":0,");
    }

    @Test
    void roomIsAwaitedBeforeEveryLine() throws Exception {
        take((event("a", "1") + "\n").repeat(50), NDJSON);

        assertThat(sink.awaited).isEqualTo(50);
    }

    @Test
    void anArrayIsAnsweredWithAnArray() throws Exception {
        assertThat(take(" [ " + event("a", "1") + "," + event("b", "2") + "]", FORM))
                .isEqualTo("[{\"channel\":\"a\",\"id\":\"id-1\",\"epoch\":\"e\",\"seq\":1,\"duplicate\":false},"
                        + "{\"channel\":\"b\",\"id\":\"id-2\",\"epoch\":\"e\",\"seq\":2,\"duplicate\":false}]");
    }

    @Test
    void anArrayWithABadElementPublishesNothingAndNamesIt() throws Exception {
        assertThat(take("[" + event("a", "1") + ",{\"channel\":\"a\"}]", JSON))
                .contains("\"status\":400")
                .contains("\"detail\":\"element 1: payload is missing\"")
                .contains("\"index\":1");
        assertThat(sink.published).isEmpty();
    }

    @Test
    void anArrayWithARefusedElementPublishesNothingAndNamesIt() throws Exception {
        assertThat(take("[" + event("no", "1") + "," + event("a", "2") + "]", JSON))
                .contains("\"code\":\"bad_channel\"")
                .contains("\"index\":0");
        assertThat(sink.published).isEmpty();
    }

    @Test
    void anArrayOfTooManyElementsIsTooLarge() {
        String body = "[" + "1,".repeat(EventIntake.MAX_ELEMENTS) + "1]";

        assertRefused(ErrorCode.LIMIT_MESSAGE_SIZE, () -> take(body, JSON));
    }

    @Test
    void anArrayOfTooManyBytesIsTooLarge() {
        String body = "[" + " ".repeat(EventIntake.MAX_ARRAY_BYTES) + "]";

        assertRefused(ErrorCode.LIMIT_MESSAGE_SIZE, () -> take(body, JSON));
    }

    @Test
    void anArrayThatIsNotJsonIsBadJson() {
        assertRefused(ErrorCode.BAD_JSON, () -> take("[" + event("a", "1") + ",", JSON));
    }

    @Test
    void anArrayThatIsNotUtf8IsBadJson() {
        byte[] body = "[\"\u00e4\"]".getBytes(StandardCharsets.ISO_8859_1);

        assertRefused(ErrorCode.BAD_JSON, () -> take(new ByteArrayInputStream(body), JSON));
    }

    @Test
    void anEmptyBodyIsABadRequest() {
        assertRefused(ErrorCode.BAD_REQUEST, () -> take(" \r\n\t", FORM));
    }

    @Test
    void oneBrokenLineIsBadJson() {
        assertRefused(ErrorCode.BAD_JSON, () -> take("{\"channel\":", FORM));
    }

    @Test
    void brokenTextThatIsCalledJsonIsBadJson() {
        assertRefused(ErrorCode.BAD_JSON, () -> take("{\n\"channel\":\n", JSON));
    }

    @Test
    void oneEventThatIsTooLongIsTooLarge() {
        String tooLong = event("a", '"' + "x".repeat(MAX_EVENT_BYTES) + '"');

        assertRefused(ErrorCode.LIMIT_MESSAGE_SIZE, () -> take(tooLong, FORM));
        assertRefused(ErrorCode.LIMIT_MESSAGE_SIZE, () -> take(tooLong, JSON));
        assertRefused(ErrorCode.LIMIT_MESSAGE_SIZE, () -> take(tooLong.replace(",", ",\n"), JSON));
    }

    @Test
    void aByteOrderMarkIsNoPartOfTheBody() throws Exception {
        assertThat(take("\uFEFF" + event("a", "1"), FORM)).contains("\"seq\":1");
        assertThat(take("\uFEFF[" + event("a", "1") + "]", FORM)).contains("\"seq\":2");
        assertThat(take("\uFEFF" + event("a", "1"), NDJSON)).contains("\"published\":1");
    }

    @Test
    void missingAndWrongMembersAreBadRequests() {
        assertRefused(ErrorCode.BAD_REQUEST, () -> take("{\"event\":\"e\",\"payload\":1}", JSON));
        assertRefused(ErrorCode.BAD_REQUEST, () -> take("{\"channel\":\"a\",\"payload\":1}", JSON));
        assertRefused(ErrorCode.BAD_REQUEST, () -> take("{\"channel\":1,\"event\":\"e\",\"payload\":1}", JSON));
        assertRefused(
                ErrorCode.BAD_REQUEST, () -> take("{\"channel\":\"a\",\"event\":\"e\",\"payload\":1,\"key\":1}", JSON));
    }

    private static void assertRefused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RefusedException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static String event(String channel, String payload) {
        return "{\"channel\":\"" + channel + "\",\"event\":\"e\",\"payload\":" + payload + "}";
    }

    private String take(String body, String type) throws Exception {
        return take(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)), type);
    }

    private String take(InputStream body, String type) throws RefusedException, IOException, InterruptedException {
        EventIntake.Answer answer =
                new EventIntake(sink, new EventText("acme", "alice"), MAX_EVENT_BYTES).take(body, type);
        return answer instanceof EventIntake.Answer.Done done
                ? done.json()
                : ((EventIntake.Answer.Refused) answer).problem().json();
    }

    /** Publishes to a list; refuses the channel {@code no}, and takes a second event of {@code twice} for a duplicate. */
    private static final class RecordingSink implements EventSink {
        private final List<Publication> published = new ArrayList<>();
        private boolean positioned = true;
        private int awaited;

        @Override
        public void check(Publication publication) throws RefusedException {
            if (publication.channel().name().equals("no")) {
                throw new RefusedException(ErrorCode.BAD_CHANNEL, "not this one");
            }
        }

        @Override
        public CompletionStage<Appended> publish(Publication publication) throws RefusedException {
            check(publication);
            boolean duplicate = publication.channel().name().equals("twice")
                    && published.stream().anyMatch(earlier -> earlier.channel().equals(publication.channel()));
            published.add(publication);
            int number = published.size();
            Draft draft = new Draft(
                    publication.channel(),
                    publication.event(),
                    publication.payload(),
                    "id-" + number,
                    null,
                    null,
                    null);
            return CompletableFuture.completedFuture(
                    new Appended(new Event(draft, "e", number, positioned, 0, number, 0), duplicate));
        }

        @Override
        public void awaitRoom() {
            awaited++;
        }

        List<String> payloads() {
            return published.stream().map(Publication::payload).toList();
        }
    }
}
