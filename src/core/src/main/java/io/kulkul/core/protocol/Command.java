package io.kulkul.core.protocol;

import org.jspecify.annotations.Nullable;

/** What a client asks. Every command's {@code id} is the client's own and comes back in the reply; it may be absent. */
public sealed interface Command {

    /** The client's name for this command, at most 128 characters, or null. */
    @Nullable
    String id();

    /** The verb, as metrics name it. */
    String type();

    record Authenticate(@Nullable String id, String token) implements Command {
        @Override
        public String type() {
            return "authenticate";
        }

        @Override
        public String toString() {
            return "Authenticate[id=" + id + "]";
        }
    }

    /**
     * Asks for the events of a channel or pattern.
     *
     * @param since where to go on; null starts with the next event
     * @param filter a JSON object's text, or null
     * @param silent whether a success is not answered
     */
    record Subscribe(
            @Nullable String id,
            String channel,
            @Nullable Since since,
            @Nullable String filter,
            boolean silent) implements Command {

        /** One that is answered. */
        public Subscribe(@Nullable String id, String channel, @Nullable Since since, @Nullable String filter) {
            this(id, channel, since, filter, false);
        }

        @Override
        public String type() {
            return "subscribe";
        }
    }

    record Unsubscribe(@Nullable String id, String channel) implements Command {
        @Override
        public String type() {
            return "unsubscribe";
        }
    }

    /**
     * Asks to publish an event.
     *
     * @param payload JSON text
     */
    record Publish(
            @Nullable String id,
            String channel,
            String event,
            String payload,
            @Nullable String key,
            @Nullable String correlation)
            implements Command {
        @Override
        public String type() {
            return "publish";
        }
    }

    /**
     * Asks for kept events.
     *
     * @param limit 1 to 1,000
     * @param reverse newest first
     */
    record History(@Nullable String id, String channel, Since.@Nullable After since, int limit, boolean reverse)
            implements Command {
        @Override
        public String type() {
            return "history";
        }
    }

    record Presence(@Nullable String id, String channel) implements Command {
        @Override
        public String type() {
            return "presence";
        }
    }

    record Ping(@Nullable String id) implements Command {
        @Override
        public String type() {
            return "ping";
        }
    }

    record Pong(@Nullable String id) implements Command {
        @Override
        public String type() {
            return "pong";
        }
    }

    /** A frame that is no command; answered by its error. */
    record Malformed(@Nullable String id, ErrorCode code, String message) implements Command {
        @Override
        public String type() {
            return "malformed";
        }
    }
}
