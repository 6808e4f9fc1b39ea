package io.kulkul.core.dialect;

import io.kulkul.core.json.Json;
import io.kulkul.core.json.JsonObjectWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How one kind of the server's frames looks. */
sealed interface Frame {

    /** The native frame as it is. */
    static Frame asNative() {
        return new Native();
    }

    /** An object of these members, in this order. */
    static Frame of(Member... members) {
        return new Shape(List.of(members));
    }

    /** A member that always says the same text. */
    static Member text(String name, String text) {
        return new Constant(name, Json.quoted(text));
    }

    /** A member that is always null. */
    static Member nothing(String name) {
        return new Constant(name, "null");
    }

    /** A member that tells a fact, and is left out where there is none. */
    static Member fact(String name, Fact fact) {
        return new Told(name, fact, false);
    }

    /** A member that tells a fact, and is null where there is none. */
    static Member factOrNull(String name, Fact fact) {
        return new Told(name, fact, true);
    }

    /** A member that is an object of its own. */
    static Member object(String name, Member... members) {
        return new Group(name, List.of(members));
    }

    /** See {@link #asNative}. */
    record Native() implements Frame {}

    /** See {@link #of}. */
    record Shape(List<Member> members) implements Frame {

        String write(Facts facts, int expectedLength) {
            JsonObjectWriter writer = new JsonObjectWriter(expectedLength);
            members.forEach(member -> member.write(writer, facts));
            return writer.end();
        }
    }

    /** One member of a frame. */
    sealed interface Member {
        void write(JsonObjectWriter writer, Facts facts);
    }

    /** A member that is the same in every frame; {@code json} is JSON text. */
    record Constant(String name, String json) implements Member {
        @Override
        public void write(JsonObjectWriter writer, Facts facts) {
            writer.json(name, json);
        }
    }

    /** A member that differs from frame to frame. */
    record Told(String name, Fact fact, boolean orNull) implements Member {
        @Override
        public void write(JsonObjectWriter writer, Facts facts) {
            String json = facts.json(fact);
            if (json != null || orNull) {
                writer.json(name, json == null ? "null" : json);
            }
        }
    }

    /** An object within the frame. */
    record Group(String name, List<Member> members) implements Member {
        @Override
        public void write(JsonObjectWriter writer, Facts facts) {
            writer.json(name, new Shape(members).write(facts, 96));
        }
    }

    /** What a frame's members can tell. */
    enum Fact {
        /** The name of the event. */
        EVENT,
        /** The event's payload as it came. */
        PAYLOAD,
        CHANNEL,
        /** The event's id; of a reply, what the client called its command. */
        ID,
        /** The position in the channel: a number from 1; none where the namespace keeps no history. */
        SEQ,
        EPOCH,
        /** When it happened, as a number of milliseconds since the Unix epoch. */
        MILLIS,
        /** When it happened, as {@code "2026-01-09T10:30:00.000Z"}. */
        ISO_TIME,
        /** What the event's publisher said it belongs to; of a reply, what the client called its command. */
        CORRELATION,
        PUBLISHER,
        /** The caller whom a token vouches for. */
        USER,
        /** Eight hexadecimal characters that name the connection. */
        CONNECTION,
        /** An array of the channels that the connection's query names. */
        CHANNELS,
        /** An error's code. */
        CODE,
        /** An error's text for people. */
        MESSAGE,
        /** Why a subscription or the connection ends, or events were left out. */
        REASON
    }

    /** Knows the facts of one frame. */
    interface Facts {

        /** The fact as JSON text; null where there is none. */
        @Nullable
        String json(Fact fact);
    }
}
