package io.kulkul.core.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.core.connection.Connection;
import io.kulkul.core.hub.Client;
import io.kulkul.core.hub.Handshake;
import io.kulkul.core.protocol.Since;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A client of a {@link TestHub}: sends frames, and reads what came back frame by frame. */
public final class FakeClient {

    private final TestHub hub;
    private final FakeTransport transport;
    private final Client client;
    private int framesTaken;
    private final List<JsonObject> unread = new ArrayList<>();

    private FakeClient(TestHub hub, FakeTransport transport, Client client) {
        this.hub = hub;
        this.transport = transport;
        this.client = client;
    }

    public FakeTransport transport() {
        return transport;
    }

    public Client client() {
        return client;
    }

    public Connection connection() {
        return client.connection();
    }

    /** Sends a frame, in which single quotes stand for double ones. */
    public FakeClient sends(String frame) {
        return sendsAsIs(JsonTexts.json(frame));
    }

    /** Sends a text as it is. */
    public FakeClient sendsAsIs(String text) {
        client.receive(text);
        hub.settleByDefault();
        return this;
    }

    /** Subscribes and reads the answer. */
    public FakeClient subscribesTo(String channel) {
        sends("{'type':'subscribe','channel':'" + channel + "'}");
        assertThat(next().getString("type")).as("the answer to subscribe").isEqualTo("subscribed");
        return this;
    }

    /** Reads the greeting. */
    public FakeClient greeted() {
        assertThat(next().getString("type")).as("the first frame").isEqualTo("connected");
        return this;
    }

    /** All frames that came and were not yet read, single or joined, in order. */
    public List<JsonObject> rest() {
        List<String> frames = transport.frames();
        for (; framesTaken < frames.size(); framesTaken++) {
            unread.addAll(JsonTexts.objects(frames.get(framesTaken)));
        }
        List<JsonObject> rest = List.copyOf(unread);
        unread.clear();
        return rest;
    }

    /** Whether there are frames that were not yet read. */
    public boolean hasUnread() {
        return !unread.isEmpty() || framesTaken < transport.frames().size();
    }

    /** The next frame. */
    public JsonObject next() {
        List<JsonObject> rest = rest();
        assertThat(rest).as("frames that wait to be read").isNotEmpty();
        unread.addAll(rest.subList(1, rest.size()));
        return rest.get(0);
    }

    /** The next frame is exactly this. */
    public FakeClient expect(String frame) {
        assertThat((JsonValue) next()).isEqualTo(JsonTexts.object(frame));
        return this;
    }

    /** The next frame has at least these members. */
    public FakeClient expectLike(String members) {
        JsonObject next = next();
        JsonObject wanted = JsonTexts.object(members);
        Map<String, JsonValue> found = new HashMap<>(next);
        found.keySet().retainAll(wanted.keySet());
        assertThat(found).as("members of " + next).isEqualTo(new HashMap<>(wanted));
        return this;
    }

    /** The next frame is an event of this channel with this payload. */
    public FakeClient expectMessage(String channel, String payload) {
        return expectLike("{'type':'message','channel':'" + channel + "','payload':" + payload + "}");
    }

    /** The next frames are events of this channel whose payloads are these numbers. */
    public FakeClient expectNumbers(String channel, int first, int last) {
        for (int number = first; number <= last; number++) {
            expectMessage(channel, Integer.toString(number));
        }
        return this;
    }

    /** The next frame is an error with this code. */
    public FakeClient expectError(String code) {
        return expectLike("{'type':'error','code':'" + code + "'}");
    }

    /** Nothing waits to be read. */
    public FakeClient expectNothing() {
        assertThat(rest()).isEmpty();
        return this;
    }

    /** The connection was closed, once, with this code. */
    public FakeClient expectClose(int code) {
        assertThat(transport.closes()).extracting(FakeTransport.Close::code).containsExactly(code);
        assertThat(connection().ended()).as("ended").isTrue();
        return this;
    }

    /** The connection is open. */
    public FakeClient expectOpen() {
        assertThat(transport.closes()).isEmpty();
        assertThat(connection().ended()).as("ended").isFalse();
        return this;
    }

    /** The next frames are a ping every now and then, and nothing else; they are read. */
    public FakeClient skipPings() {
        List<JsonObject> rest = rest();
        unread.addAll(rest);
        unread.removeIf(frame -> frame.getString("type").equals("ping"));
        return this;
    }

    /** What a client says before its first frame. */
    public static final class Opening {

        private final TestHub hub;
        private String tenant = "";
        private String subprotocol = "kulkul.v1";
        private @Nullable String dialect;
        private @Nullable String token;
        private List<String> channels = List.of();
        private final Map<String, Since.After> since = new HashMap<>();
        private long flushMillis;
        private final FakeTransport transport = new FakeTransport();

        Opening(TestHub hub) {
            this.hub = hub;
        }

        public Opening tenant(String path) {
            tenant = path;
            return this;
        }

        public Opening subprotocol(String negotiated) {
            subprotocol = negotiated;
            return this;
        }

        public Opening dialect(String name) {
            subprotocol = "";
            dialect = name;
            return this;
        }

        public Opening token(Tokens given) {
            token = given.signed();
            return this;
        }

        public Opening token(String text) {
            token = text;
            return this;
        }

        public Opening channels(String... names) {
            channels = List.of(names);
            return this;
        }

        public Opening since(String channel, long seq) {
            since.put(channel, new Since.After(seq, null));
            return this;
        }

        /** Takes arrays of frames, and lets the hub wait to fill them. */
        public Opening batch(long flush) {
            subprotocol = "kulkul.v1+batch";
            flushMillis = flush;
            return this;
        }

        /** Does not read. */
        public Opening holding() {
            transport.hold();
            return this;
        }

        /** Does this when the greeting is written, as somebody may who hears of it at once. */
        public Opening atGreeting(Runnable what) {
            transport.atFirst(what);
            return this;
        }

        public FakeClient connects() {
            Client client = hub.hub()
                    .connect(
                            new Handshake(tenant, subprotocol, dialect, token, channels, since, flushMillis),
                            transport);
            hub.settleByDefault();
            return new FakeClient(hub, transport, client);
        }
    }
}
