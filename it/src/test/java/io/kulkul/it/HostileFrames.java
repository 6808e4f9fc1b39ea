package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Frames that no honest client sends: each gets its error or its close code, the server goes on, and its log holds no stack trace for a
 * client's mistake.
 */
abstract class HostileFrames {
    /** Below the number of bad frames after which a connection is closed. */
    private static final int PER_CONNECTION = 80;

    private ServerLog log;

    @BeforeEach
    void lookAtTheLog() throws IOException {
        log = ServerLog.fromNow();
    }

    @AfterEach
    void theServerIsUpAndHasLoggedNoStackTrace() throws IOException {
        try (KulkulClient client = KulkulClient.of("honest-" + UUID.randomUUID())) {
            client.subscribe("honest:1");
            client.publish("honest:1", "1");
            client.expectMessage("honest:1");
        }
        assertThat(log.stackTraces()).isEmpty();
    }

    /** Sends them over as many connections as it takes. */
    private static void assertEachIsAnswered(List<String> frames, String code) {
        for (int from = 0; from < frames.size(); from += PER_CONNECTION) {
            try (KulkulClient client = KulkulClient.to("/ws")
                    .withToken(Tokens.forAdministrator().token())
                    .connect()) {
                client.expect("connected");
                List<String> some = frames.subList(from, Math.min(frames.size(), from + PER_CONNECTION));
                some.forEach(client::sendRaw);
                for (String frame : some) {
                    JsonObject error = client.expect("error");
                    assertThat(error.getString("code"))
                            .as("%s: %s", frame.substring(0, Math.min(200, frame.length())), error)
                            .isEqualTo(code);
                }
                assertThat(client.ask("{'type':'ping'}").getString("type")).isEqualTo("pong");
                assertThat(client.unexpected()).isEmpty();
            }
        }
    }

    @Test
    void truncatedJson() {
        String whole = KulkulClient.quoted("{'type':'subscribe','id':'1','channel':'a','since':{'seq':12.5e3,'epoch':"
                + "'\\u00e4\\n'},'filter':{'a':[true,false,null,'x']}}");
        List<String> frames = new ArrayList<>();
        for (int end = 0; end < whole.length(); end++) {
            for (String around : List.of("%s", " %s\n", "[%s", "[{\"type\":\"pong\"},%s")) {
                frames.add(around.formatted(whole.substring(0, end)));
            }
        }

        assertEachIsAnswered(frames, "bad_json");
    }

    @Test
    void whatLooksLikeJsonAndIsNot() {
        List<String> frames = new ArrayList<>();
        for (String wrong : List.of(
                "{'type':'ping'}}",
                "{'type':'ping',}",
                "{'type':'ping' 'id':'1'}",
                "{type:'ping'}",
                "{'type':ping}",
                "{'type':'ping'}{'type':'ping'}",
                "[{'type':'ping'}",
                "[{'type':'ping'},]",
                "{'a':01}",
                "{'a':+1}",
                "{'a':1.}",
                "{'a':.5}",
                "{'a':0x10}",
                "{'a':NaN}",
                "{'a':Infinity}",
                "{'a':'\\x'}",
                "{'a':'\\u12'}",
                "{'a':'\t'}",
                "{'a':tru}",
                "{'a':nulll}",
                "/* a */{'type':'ping'}",
                "\ufeff{'type':'ping'}",
                "nonsense",
                "<a/>",
                "\u0000",
                "{'a':'\ud800",
                "]",
                "}",
                "'",
                ",",
                ":",
                "-")) {
            String frame = KulkulClient.quoted(wrong);
            if (StandardCharsets.UTF_8.newEncoder().canEncode(frame)) {
                frames.add(frame);
                frames.add("  " + frame);
            }
        }

        assertEachIsAnswered(frames, "bad_json");
    }

    @Test
    void deepNesting() {
        List<String> frames = new ArrayList<>();
        for (int depth : List.of(200, 1_000, 10_000, 100_000)) {
            String open = "[".repeat(depth);
            String objects = "{\"a\":".repeat(depth);
            frames.add(open);
            frames.add(open + "]".repeat(depth));
            frames.add(objects + "1" + "}".repeat(depth));
            frames.add("{\"type\":\"publish\",\"channel\":\"a\",\"event\":\"e\",\"payload\":" + open + "]".repeat(depth)
                    + "}");
            frames.add(
                    "{\"type\":\"subscribe\",\"channel\":\"a\",\"filter\":" + objects + "1" + "}".repeat(depth) + "}");
        }

        frames.removeIf(frame -> frame.length() > 500_000);
        assertEachIsAnswered(frames, "bad_json");
    }

    @Test
    void numbersThatNoNumberTypeHolds() {
        List<String> frames = new ArrayList<>();
        for (String number : List.of(
                "1e400",
                "-1e400",
                "1E-400",
                "1e999999999",
                "9".repeat(400),
                "-" + "9".repeat(400),
                "0." + "1".repeat(400),
                "9223372036854775808",
                "-1",
                "1.5",
                "1e3")) {
            frames.add("{'type':'subscribe','channel':'a','since':{'seq':" + number + "}}");
            frames.add("{'type':'subscribe','channel':'a:*','since':{'channels':{'a:b':{'seq':" + number
                    + "}},'timestamp':1}}");
            frames.add("{'type':'subscribe','channel':'a:*','since':{'channels':{},'timestamp':" + number + "}}");
            frames.add("{'type':'history','channel':'a','limit':" + number + "}");
            frames.add("{'type':'history','channel':'a','since':{'seq':" + number + "}}");
        }
        frames.add("{'type':'history','channel':'a','limit':0}");
        frames.add("{'type':'history','channel':'a','limit':1001}");

        assertEachIsAnswered(frames.stream().map(KulkulClient::quoted).toList(), "bad_request");
    }

    @Test
    void aNumberOfEndlessLength() {
        assertEachIsAnswered(
                List.of(
                        KulkulClient.quoted("{'type':'ping','x':" + "1".repeat(100_000) + "}"),
                        KulkulClient.quoted(
                                "{'type':'publish','channel':'a','event':'e','payload':" + "1".repeat(100_000) + "}")),
                "bad_json");
    }

    @Test
    void membersOfTheWrongType() {
        List<String> frames = new ArrayList<>();
        List<String> values = List.of("1", "true", "'x'", "[]", "['a']", "{}", "{'a':1}");
        for (String value : values) {
            if (!value.startsWith("'")) {
                frames.add("{'type':" + value + "}");
                frames.add("{'type':'ping','id':" + value + "}");
                frames.add("{'type':'authenticate','token':" + value + "}");
                for (String type : List.of("subscribe", "unsubscribe", "history", "presence")) {
                    frames.add("{'type':'" + type + "','channel':" + value + "}");
                }
                frames.add("{'type':'publish','channel':" + value + ",'event':'e','payload':1}");
                for (String member : List.of("event", "key", "correlation")) {
                    String event = member.equals("event") ? "" : "'event':'e',";
                    frames.add(
                            "{'type':'publish','channel':'a'," + event + "'payload':1,'" + member + "':" + value + "}");
                }
                frames.add("{'type':'subscribe','channel':'a','since':{'seq':1,'epoch':" + value + "}}");
            }
            if (!value.startsWith("{")) {
                frames.add("{'type':'subscribe','channel':'a','filter':" + value + "}");
                frames.add("{'type':'subscribe','channel':'a:*','since':{'channels':" + value + ",'timestamp':1}}");
            }
            frames.add("{'type':'subscribe','channel':'a','since':" + value + "}");
            if (!value.equals("1")) {
                frames.add("{'type':'subscribe','channel':'a','since':{'seq':" + value + "}}");
                frames.add("{'type':'history','channel':'a','limit':" + value + "}");
            }
            if (!value.equals("true")) {
                frames.add("{'type':'history','channel':'a','reverse':" + value + "}");
            }
        }
        frames.addAll(List.of("1", "true", "null", "'x'", "[]", "[1]", "{}", "{'type':null}", "{'type':''}"));
        frames.add("{'type':'publish','channel':'a','event':'e'}");
        frames.add("{'type':'ping','id':'" + "x".repeat(129) + "'}");
        frames.add("{'type':'publish','channel':'a','event':'e','payload':1,'key':'" + "x".repeat(129) + "'}");
        frames.add(
                "{'type':'subscribe','channel':'a','filter':{'a':1,'b':1,'c':1,'d':1,'e':1,'f':1,'g':1,'h':1,'i':1}}");
        frames.add("{'type':'subscribe','channel':'a','filter':{'a':{'b':1}}}");

        assertEachIsAnswered(frames.stream().map(KulkulClient::quoted).toList(), "bad_request");
    }

    @Test
    void thousandsOfUnknownTypes() {
        List<String> frames = IntStream.range(0, 2_000)
                .mapToObj(i -> "{\"type\":\"" + Integer.toString(i * 7_919, 36) + "-\",\"a\":" + i + "}")
                .toList();

        assertEachIsAnswered(frames, "unknown_type");
    }

    @Test
    void channelsThatAreNone() {
        List<String> frames = new ArrayList<>();
        for (String name : List.of(
                "",
                " ",
                "a b",
                "ä",
                "a\\u0000",
                "a\\n",
                "../a?",
                "a*",
                "*a:b",
                "a:**",
                "a\\\\b",
                "'".replace("'", "\\\""),
                "a".repeat(256),
                "a".repeat(100_000),
                "\\ud83d\\ude00")) {
            for (String type : List.of("subscribe", "history")) {
                frames.add(KulkulClient.quoted("{'type':'" + type + "','channel':'") + name + "\"}");
            }
            frames.add(KulkulClient.quoted("{'type':'publish','event':'e','payload':1,'channel':'") + name + "\"}");
        }

        assertEachIsAnswered(frames, "bad_channel");
    }

    @Test
    void unknownMembersAreIgnored() {
        try (KulkulClient client = KulkulClient.of("future")) {
            JsonObject pong = client.ask(
                    "{'type':'ping','x':1,'__proto__':{},'':[[[{}]]],'since':7,'channel':[1],'type2':'dance','"
                            + "n".repeat(10_000) + "':null}");

            assertThat(pong.getString("type")).isEqualTo("pong");
        }
    }

    @Test
    void binaryFrames() {
        try (KulkulClient client = KulkulClient.of("binary")) {
            for (int size = 0; size < PER_CONNECTION; size++) {
                client.sendBinary(new byte[size * 37]);
            }
            for (int size = 0; size < PER_CONNECTION; size++) {
                client.expectError("bad_request");
            }
        }
    }

    @Test
    void messagesAboveTheLimitInOneFrameAndInFragments() throws Exception {
        byte[] half = new byte[300_000];
        Arrays.fill(half, (byte) 'x');

        // The server closes at the announcement: a client that goes on writing finds its socket broken.
        assertCloses(1009, raw().announce(RawWebSocket.FINAL | RawWebSocket.TEXT, 600_000));
        assertCloses(1009, raw().announce(RawWebSocket.FINAL | 0x2, 600_000));
        assertCloses(
                1009, raw().frame(RawWebSocket.TEXT, half).frame(RawWebSocket.FINAL | RawWebSocket.CONTINUATION, half));
    }

    /** The handler of whole messages would never hear of it. */
    @Test
    void aMessageWithoutEndIsRefusedWhileItIsReceived() throws Exception {
        for (int opcode : List.of(RawWebSocket.TEXT, RawWebSocket.BINARY)) {
            assertCloses(1009, raw().fragmentsWithoutEnd(opcode, 65_536, 9));
        }
    }

    /** What the socket's buffers hold of it is all that the server lets come. */
    @Test
    @Timeout(
            value = 60,
            threadMode =
                    Timeout.ThreadMode
                            .SEPARATE_THREAD) // a write waits without end where the server neither reads nor closes
    void aMessageOf200MegabytesFindsItsSocketClosed() throws Exception {
        for (int opcode : List.of(RawWebSocket.TEXT, RawWebSocket.BINARY)) {
            try (RawWebSocket client = raw()) {
                assertThatIOException().isThrownBy(() -> client.fragmentsWithoutEnd(opcode, 65_536, 3_200));
            }
        }
    }

    @Test
    void aMessageInFragmentsIsPutTogether() throws Exception {
        String ping = "{\"type\":\"ping\",\"id\":\"f\u00e4\u20ac\ud83d\ude00\"}";
        try (RawWebSocket client = raw()) {
            for (int i = 0; i < ping.length(); ) {
                int end = i + Character.charCount(ping.codePointAt(i));
                int opcode = i == 0 ? RawWebSocket.TEXT : RawWebSocket.CONTINUATION;
                client.frame(opcode, ping.substring(i, end).getBytes(StandardCharsets.UTF_8));
                client.frame(RawWebSocket.FINAL | RawWebSocket.PING, new byte[0]);
                i = end;
            }
            client.frame(RawWebSocket.FINAL | RawWebSocket.CONTINUATION, new byte[0]);

            assertThat(client.textWith("\"pong\"")).contains("\"id\":\"f\u00e4\u20ac\ud83d\ude00\"");
        }
    }

    @Test
    void aFrameAnnouncedAsFourGigabytes() throws Exception {
        assertCloses(1009, raw().announce(RawWebSocket.FINAL | RawWebSocket.TEXT, 1L << 32));
        assertCloses(1009, raw().announce(RawWebSocket.FINAL | 0x2, 1L << 32));
        assertCloses(1009, raw().announce(RawWebSocket.FINAL | RawWebSocket.TEXT, Long.MAX_VALUE));
    }

    @Test
    void textThatIsNotUtf8() throws Exception {
        for (byte[] text : List.of(
                new byte[] {(byte) 0xff},
                new byte[] {'{', (byte) 0xc0, (byte) 0xaf},
                new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
                new byte[] {(byte) 0xf5, (byte) 0x80, (byte) 0x80, (byte) 0x80},
                new byte[] {'"', (byte) 0xe2, (byte) 0x82})) {
            assertCloses(1007, raw().frame(RawWebSocket.FINAL | RawWebSocket.TEXT, text));
        }
    }

    @Test
    void framesAgainstTheWebSocketProtocol() throws Exception {
        byte[] ping = "{\"type\":\"ping\"}".getBytes(StandardCharsets.UTF_8);

        assertCloses(1002, raw().frame(RawWebSocket.FINAL | 0x40 | RawWebSocket.TEXT, ping)); // a reserved bit
        assertCloses(1002, raw().frame(RawWebSocket.FINAL | 0x3, ping)); // a reserved opcode
        assertCloses(1002, raw().frame(RawWebSocket.FINAL | 0xb, ping)); // a reserved control opcode
        assertCloses(1002, raw().frame(0x9, ping)); // a ping in fragments
        assertCloses(1002, raw().frame(RawWebSocket.FINAL | 0x9, new byte[126])); // a ping that is too long
        assertCloses(1002, raw().frame(RawWebSocket.FINAL | RawWebSocket.CONTINUATION, ping)); // continues nothing
        assertCloses(1002, raw().frame(RawWebSocket.TEXT, ping).frame(RawWebSocket.FINAL | RawWebSocket.TEXT, ping));
    }

    static RawWebSocket raw() throws IOException {
        return new RawWebSocket(Tokens.forAdministrator().token());
    }

    static void assertCloses(int code, RawWebSocket client) throws IOException {
        try (client) {
            assertThat(client.closeCode()).isEqualTo(code);
        }
    }
}
