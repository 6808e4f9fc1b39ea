package io.kulkul.core.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.api.Position;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.Draft;
import io.kulkul.core.eventlog.Event;
import io.kulkul.core.protocol.Command;
import io.kulkul.core.protocol.Command.Malformed;
import io.kulkul.core.protocol.ErrorCode;
import io.kulkul.core.protocol.Reply;
import io.kulkul.core.subscription.ChannelPattern;
import io.kulkul.core.testkit.JsonTexts;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What holds for every dialect. A dialect's own test says what its clients send and get; all JSON in it is written with single quotes.
 *
 * <p>The clock stands at 2026-01-09T10:30:00.007Z, and whatever has a time of its own has 2026-01-09T10:30:00Z.
 */
abstract class DialectContract {

    static final long NOW = 1_767_954_600_007L;
    static final long TIME = 1_767_954_600_000L;

    /** For a reply that the dialect has no frame for. */
    static final String NOTHING = "";

    static final Reply CONNECTED = new Reply.Connected(
            "w0PS100VJ9XhWG1s7jxONd",
            "session-1",
            "instance-1",
            "kulkul.v1",
            25_000,
            new Reply.Limits(1, 2, 3),
            "alice",
            "acme",
            List.of("a:1", "b"));
    static final Reply AUTHENTICATED = new Reply.Authenticated("1", "alice", "acme", 1234);
    static final Reply SUBSCRIBED = new Reply.Subscribed("1", "a:1", new Position("epoch-1", 7), true, 3);
    static final Reply UNSUBSCRIBED = new Reply.Unsubscribed("1", "a:1", "requested");
    static final Reply EXPIRED = new Reply.Unsubscribed(null, "a:1", "expired");
    static final Reply PUBLISHED = new Reply.Published("1", "a:1", new Position("epoch-1", 7), false);
    static final Reply GAP = new Reply.Gap("a:1", 3, 5, "slow");
    static final Reply HISTORY = new Reply.History("1", "a:1", new Position("epoch-1", 0), List.of());
    static final Reply RECONNECT = new Reply.Reconnect(1500, "draining");
    static final Reply PING = new Reply.Ping(TIME);
    static final Reply PONG = new Reply.Pong("1", TIME);
    static final Reply FAILURE = new Reply.Failure("1", ErrorCode.RATE_LIMITED, "slower", "a:1", 100, null);
    static final Reply INTERNAL = new Reply.Failure(null, ErrorCode.INTERNAL, "internal error", null, 0, "c-9");

    private static final List<Reply> REPLIES = List.of(
            CONNECTED,
            AUTHENTICATED,
            SUBSCRIBED,
            UNSUBSCRIBED,
            EXPIRED,
            PUBLISHED,
            GAP,
            HISTORY,
            RECONNECT,
            PING,
            PONG,
            FAILURE,
            INTERNAL);

    private final Dialect dialect = dialect(clock());

    /** The dialect under test. */
    abstract Dialect dialect(Clock clock);

    /** What clients send, and what each frame asks. */
    abstract Map<String, Command> asks();

    /** Frames that are JSON and yet ask nothing sensible. */
    abstract List<String> badRequests();

    /** A frame with a verb that there is not. */
    abstract String unknownVerb();

    /** The frame of each reply above, or {@link #NOTHING}. */
    abstract Map<Reply, String> answers();

    /**
     * The frame of the event {@code happened} with the payload {@code {"b":[1,null]}}: the seventh of the channel {@code a:1}, with the id
     * {@code 0197-id}, published by {@code alice}.
     *
     * @param correlation as JSON
     */
    abstract String event(String correlation);

    /** The dialect of this name among those of the hub. */
    static Dialect spoken(String name, Clock clock) {
        return Objects.requireNonNull(new Dialects("kulkul", clock).pick("", name));
    }

    static Clock clock() {
        return Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC);
    }

    static Event happened(String payload, @Nullable String correlation, boolean positioned) {
        Draft draft =
                new Draft(new ChannelId("acme", "a:1"), "happened", payload, "0197-id", "key", correlation, "alice");
        return new Event(draft, "epoch-1", 7, positioned, TIME, 99, 5);
    }

    private Command read(String frame) {
        List<Command> commands = dialect.read(frame);
        assertThat(commands).as(frame).hasSize(1);
        return commands.get(0);
    }

    private ErrorCode refusal(String frame) {
        Command command = read(frame);
        assertThat(command).as(frame).isInstanceOf(Malformed.class);
        assertThat(((Malformed) command).message()).isNotBlank();
        return ((Malformed) command).code();
    }

    private String text(Event event) {
        return event.encoded(dialect.events(null)).text();
    }

    @TestFactory
    Stream<DynamicTest> whatItsClientsSendIsUnderstood() {
        return asks().entrySet().stream()
                .map(ask -> DynamicTest.dynamicTest(
                        ask.getKey(),
                        () -> assertThat(read(JsonTexts.json(ask.getKey()))).isEqualTo(ask.getValue())));
    }

    @TestFactory
    Stream<DynamicTest> membersThatItDoesNotKnowAreIgnored() {
        return asks().entrySet().stream()
                .map(ask -> DynamicTest.dynamicTest(ask.getKey(), () -> {
                    String more = ask.getKey().replaceFirst("\\{", "{'unheard':{'of':[1,{}]},");
                    assertThat(read(JsonTexts.json(more))).isEqualTo(ask.getValue());
                }));
    }

    @Test
    void aTokenIsTakenAsTheFirstMessage() {
        assertThat(read(JsonTexts.json("{'type':'authenticate','token':'t'}")))
                .isEqualTo(new Command.Authenticate(null, "t"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'authenticate'}",
                "{'type':'authenticate','token':null}",
                "{'type':'authenticate','token':''}",
                "{'type':'authenticate','token':1}",
                "{'type':'authenticate','token':{}}",
                "1",
                "null",
                "true",
                "'ping'",
                "[]",
                "[1]",
                "{}",
                "{'type':{}}",
                "{'type':null}"
            })
    void whatIsJsonButNoCommandIsABadRequest(String frame) {
        assertThat(refusal(JsonTexts.json(frame))).isEqualTo(ErrorCode.BAD_REQUEST);
    }

    @TestFactory
    Stream<DynamicTest> membersOfTheWrongKindAreABadRequest() {
        return badRequests().stream()
                .map(frame -> DynamicTest.dynamicTest(
                        frame, () -> assertThat(refusal(JsonTexts.json(frame))).isEqualTo(ErrorCode.BAD_REQUEST)));
    }

    @Test
    void aVerbThatItDoesNotKnowIsSaidToBeUnknown() {
        assertThat(refusal(JsonTexts.json(unknownVerb()))).isEqualTo(ErrorCode.UNKNOWN_TYPE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "ping",
                "{'type':'ping'",
                "{'type':'ping'}}",
                "{'type':'ping'} {}",
                "{'type':'ping',}",
                "{'type':ping}",
                "[1",
                "\u0000",
                "\u00a0{}",
                "{'type':'\u0001'}"
            })
    void whatIsNoJsonIsBadJson(String frame) {
        assertThat(refusal(JsonTexts.json(frame))).isEqualTo(ErrorCode.BAD_JSON);
    }

    @Test
    void whatNestsTooDeepIsBadJson() {
        assertThat(refusal("[".repeat(100_000))).isEqualTo(ErrorCode.BAD_JSON);
        assertThat(refusal("{\"a\":".repeat(100_000))).isEqualTo(ErrorCode.BAD_JSON);
        assertThat(refusal("{\"x\":" + "{\"a\":".repeat(200) + "1" + "}".repeat(200) + "}"))
                .isEqualTo(ErrorCode.BAD_JSON);
    }

    @Test
    void whateverBecomesOfAFrameItIsAnsweredAndNeverAnException() {
        Random random = new Random(4);
        String letters = "{}[]\":,\\ntfu019.-eE \u0000\u00e9\ud83d";
        for (String ask : asks().keySet()) {
            String frame = JsonTexts.json(ask);
            for (int end = 0; end < frame.length(); end++) {
                assertThat(refusal(frame.substring(0, end))).isEqualTo(ErrorCode.BAD_JSON);
            }
            for (int i = 0; i < 2000; i++) {
                StringBuilder broken = new StringBuilder(frame);
                broken.setCharAt(random.nextInt(frame.length()), letters.charAt(random.nextInt(letters.length())));
                assertThat(dialect.read(broken.toString())).isNotEmpty();
            }
        }
    }

    @TestFactory
    Stream<DynamicTest> everyReplyHasItsFrameOrNone() {
        assertThat(answers().keySet()).containsExactlyInAnyOrderElementsOf(REPLIES);
        return answers().entrySet().stream()
                .map(answer -> DynamicTest.dynamicTest(answer.getKey().toString(), () -> {
                    String frame = dialect.write(answer.getKey());
                    if (answer.getValue().equals(NOTHING)) {
                        assertThat(frame).isNull();
                    } else {
                        assertThat(JsonTexts.parsed(String.valueOf(frame)))
                                .isEqualTo(JsonTexts.object(answer.getValue()));
                    }
                }));
    }

    @Test
    void everyErrorHasAFrameThatTellsItsCode() {
        for (ErrorCode code : ErrorCode.values()) {
            assertThat(dialect.write(Reply.Failure.of(null, code, "m"))).contains("\"" + code.wire() + "\"");
        }
    }

    @Test
    void anEventHasItsFrame() {
        assertThat(JsonTexts.parsed(text(happened("{\"b\":[1,null]}", "c-1", true))))
                .isEqualTo(JsonTexts.object(event("'c-1'")));
    }

    @Test
    void anEventWithoutCorrelationHasItsFrameToo() {
        assertThat(JsonTexts.parsed(text(happened("{\"b\":[1,null]}", null, true))))
                .isEqualTo(JsonTexts.object(event("null")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "true",
                "0",
                "-1.50e+3",
                "12345678901234567890123456789.0",
                "\"\"",
                "\"\\u00e9\\/\u2028\"",
                "[ ]",
                " { \"b\" : 1.0e0 , \"a\":[ null ],\"b\":2 } "
            })
    void aPayloadIsWrittenAsItCame(String payload) {
        assertThat(text(happened(payload, null, true))).contains("\":" + payload);
    }

    @Test
    void everyTextIsEscaped() {
        String nasty = "\"}],{\\\u0000\n\u2028\ud83d\ude00";
        Draft draft = new Draft(new ChannelId("", "a"), nasty, "1", nasty, null, nasty, nasty);

        assertThat(JsonTexts.parsed(text(new Event(draft, nasty, 1, true, 0, 1, 0)))
                        .toString())
                .contains(jakarta.json.Json.createValue(nasty).toString());
        assertThat(JsonTexts.parsed(String.valueOf(
                                dialect.write(new Reply.Failure(nasty, ErrorCode.INTERNAL, nasty, nasty, 0, null))))
                        .toString())
                .contains(jakarta.json.Json.createValue(nasty).toString());
    }

    @Test
    void anEventIsEncodedOnceForAllConnectionsOfADialect() {
        Event event = happened("1", null, true);

        assertThat(event.encoded(dialect(clock()).events(null))).isSameAs(event.encoded(dialect.events(null)));
        assertThat(dialect(clock()).events(null))
                .isEqualTo(dialect.events(null))
                .hasSameHashCodeAs(dialect.events(null));
        assertThat(dialect.events(new ChannelPattern("a:*"))).isEqualTo(dialect.events(new ChannelPattern("a:*")));
    }
}
