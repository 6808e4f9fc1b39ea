package io.kulkul.core.dialect;

import io.kulkul.core.dialect.Envelope.Incoming;
import io.kulkul.core.dialect.Envelope.Publishing;
import io.kulkul.core.dialect.Envelope.Verb;
import io.kulkul.core.eventlog.Encoding;
import io.kulkul.core.eventlog.Event;
import io.kulkul.core.json.Json;
import io.kulkul.core.json.JsonException;
import io.kulkul.core.json.JsonKind;
import io.kulkul.core.protocol.Command;
import io.kulkul.core.protocol.ErrorCode;
import io.kulkul.core.protocol.Reply;
import io.kulkul.core.subscription.ChannelPattern;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The frames of another system, as its {@link Envelope} says. */
final class EnvelopeDialect implements Dialect {

    private static final String TYPE = "type";
    private static final String AUTHENTICATE = "authenticate";

    private final Envelope envelope;
    private final Clock clock;
    private final NativeDialect nativeDialect = new NativeDialect();
    private final @Nullable Encoding events;

    /**
     * Speaks as the row says.
     *
     * @param clock tells the time of those replies that carry none
     */
    EnvelopeDialect(Envelope envelope, Clock clock) {
        this.envelope = envelope;
        this.clock = clock;
        this.events = envelope.events() instanceof Frame.Shape shape ? new EventEncoding(envelope.name(), shape) : null;
    }

    @Override
    public String name() {
        return envelope.name();
    }

    @Override
    public DialectTraits traits() {
        return envelope.traits();
    }

    /** None of these systems tells its clients of patterns: an event looks the same whatever subscription it matched. */
    @Override
    public Encoding events(@Nullable ChannelPattern pattern) {
        return events == null ? nativeDialect.events(pattern) : events;
    }

    @Override
    public @Nullable String write(Reply reply) {
        ReplyFacts facts = ReplyFacts.of(reply, clock.millis());
        Frame frame = facts == null ? null : envelope.frame(facts.occasion());
        if (frame instanceof Frame.Native) {
            return nativeDialect.write(reply);
        }
        return facts != null && frame instanceof Frame.Shape shape ? shape.write(facts, 160) : null;
    }

    @Override
    public List<Command> read(String frame) {
        return List.of(command(frame));
    }

    private Command command(String frame) {
        String id = null;
        try {
            Members members = members(frame);
            String idMember = envelope.incoming().id();
            id = idMember == null ? null : members.text(idMember, NativeCommands.MAX_ID);
            return command(id, members);
        } catch (RefusedFrameException e) {
            return new Command.Malformed(id, e.code(), e.reason());
        } catch (JsonException e) {
            return new Command.Malformed(id, ErrorCode.BAD_JSON, e.reason());
        }
    }

    private static Members members(String frame) throws RefusedFrameException, JsonException {
        if (!frame.stripLeading().startsWith("{")) {
            Json.check(frame);
            throw new RefusedFrameException(ErrorCode.BAD_REQUEST, "a frame is a JSON object");
        }
        return new Members(Json.members(frame));
    }

    private Command command(@Nullable String id, Members members) throws RefusedFrameException, JsonException {
        Incoming incoming = envelope.incoming();
        if (authenticates(members)) {
            return new Command.Authenticate(id, members.requiredText("token", Integer.MAX_VALUE));
        }
        Verb verb = incoming.verbs().get(members.requiredText(incoming.verb(), NativeCommands.MAX_NAME));
        if (verb == null) {
            throw new RefusedFrameException(ErrorCode.UNKNOWN_TYPE, "no command has this " + incoming.verb());
        }
        return switch (verb) {
            case SUBSCRIBE -> new Command.Subscribe(id, channel(members), null, null);
            case UNSUBSCRIBE -> new Command.Unsubscribe(id, channel(members));
            case PUBLISH -> publish(id, members);
            case PING -> new Command.Ping(id);
            case PONG -> new Command.Pong(id);
        };
    }

    /** A frame of type {@code authenticate}, also where the system's own verbs are in another member that this frame lacks. */
    private boolean authenticates(Members members) throws RefusedFrameException {
        String verb = envelope.incoming().verb();
        return (verb.equals(TYPE) || !members.has(verb))
                && AUTHENTICATE.equals(members.text(TYPE, NativeCommands.MAX_NAME));
    }

    private String channel(Members members) throws RefusedFrameException, JsonException {
        List<String> path = envelope.incoming().channel();
        Members holder = members;
        for (String name : path.subList(0, path.size() - 1)) {
            String json = holder.json(name, JsonKind.OBJECT);
            if (json == null) {
                throw new RefusedFrameException(ErrorCode.BAD_REQUEST, name + " is missing");
            }
            holder = new Members(Json.members(json));
        }
        return holder.string(path.get(path.size() - 1));
    }

    private Command publish(@Nullable String id, Members members) throws RefusedFrameException, JsonException {
        Publishing publishing = envelope.incoming().publishing();
        if (publishing == null) {
            throw new IllegalStateException(envelope.name() + " has no place for a payload");
        }
        String event = members.has(publishing.event())
                ? members.requiredText(publishing.event(), NativeCommands.MAX_NAME)
                : publishing.unnamed();
        String payload = members.required(publishing.payload()).json();
        return new Command.Publish(id, channel(members), event, payload, null, null);
    }

    /** Writes events; equal for the same dialect, so that an event is written once for all its connections. */
    private record EventEncoding(String dialect, Frame.Shape shape) implements Encoding {

        @Override
        public String encode(Event event) {
            return shape.write(new EventFacts(event), event.payload().length() + 192);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            // The name first: an event asks every encoding it knows, and shapes are long.
            if (this == other) {
                return true;
            }
            return other instanceof EventEncoding encoding
                    && dialect.equals(encoding.dialect)
                    && shape.equals(encoding.shape);
        }

        @Override
        public int hashCode() {
            return dialect.hashCode();
        }
    }
}
