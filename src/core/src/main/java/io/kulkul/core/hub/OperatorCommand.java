package io.kulkul.core.hub;

import io.kulkul.core.bus.Notice;
import io.kulkul.core.json.Json;
import io.kulkul.core.json.JsonException;
import io.kulkul.core.json.JsonObjectWriter;
import java.time.Instant;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * A command of an operator that every instance carries out.
 *
 * @param tenant whose
 * @param subject the user, the connection or the token; empty for {@link Kind#REVOKE_ALL}
 * @param channel of {@link Kind#UNSUBSCRIBE}; null for the others
 * @param time of a revocation: the token's end where it is known, or before when the tokens were issued; null for the others
 */
record OperatorCommand(
        Kind kind,
        String tenant,
        String subject,
        @Nullable String channel,
        @Nullable Instant time) {

    /** What an operator may want. */
    enum Kind {
        DISCONNECT_USER("disconnect user", "user", "connections"),
        DISCONNECT_CONNECTION("disconnect connection", "connection", "connections"),
        UNSUBSCRIBE("unsubscribe", "connection", "subscriptions"),
        REVOKE_TOKEN("revoke token", "jti", "connections"),
        REVOKE_USER("revoke user", "user", "connections"),
        REVOKE_ALL("revoke all", "", "connections");

        private final String words;
        private final String subject;
        private final String counted;

        Kind(String words, String subject, String counted) {
            this.words = words;
            this.subject = subject;
            this.counted = counted;
        }

        /** Whether it is about tokens, which instances that are not there at the moment have to learn of, too. */
        boolean revokes() {
            return this == REVOKE_TOKEN || this == REVOKE_USER || this == REVOKE_ALL;
        }

        /** Whether it is about one connection, which one instance alone can have. */
        boolean aboutOneConnection() {
            return this == DISCONNECT_CONNECTION || this == UNSUBSCRIBE;
        }

        private boolean needsTime() {
            return this == REVOKE_USER || this == REVOKE_ALL;
        }

        private static Kind of(String words) throws JsonException {
            for (Kind kind : values()) {
                if (kind.words.equals(words)) {
                    return kind;
                }
            }
            throw new JsonException("no such command");
        }
    }

    /** What an audit line calls it. */
    String words() {
        return kind.words;
    }

    /** Writes what it is about, and what came of it, into an audit line. */
    JsonObjectWriter describe(JsonObjectWriter line, Outcome outcome) {
        if (!kind.subject.isEmpty()) {
            line.string(kind.subject, subject);
        }
        line.string("channel", channel);
        if (kind.needsTime()) {
            line.string("issuedBefore", String.valueOf(time));
        }
        if (kind.revokes()) {
            line.bool("done", outcome.result() != Outcome.Result.REFUSED);
        }
        line.number(kind.counted, outcome.count());
        if (!outcome.unanswered().isEmpty()) {
            StringJoiner names = new StringJoiner(",", "[", "]");
            outcome.unanswered().forEach(name -> names.add(Json.quoted(name)));
            line.json("unanswered", names.toString());
        }
        return line;
    }

    /** Writes it into a notice. */
    JsonObjectWriter write(JsonObjectWriter notice) {
        return notice.string("command", kind.words)
                .string("tenant", tenant)
                .string("subject", subject)
                .string("channel", channel)
                .string("time", time == null ? null : time.toString());
    }

    /** Reads what {@link #write} wrote. */
    static OperatorCommand of(Notice notice) throws JsonException {
        OperatorCommand command = new OperatorCommand(
                Kind.of(notice.text("command")),
                notice.text("tenant"),
                notice.text("subject"),
                notice.textOrNull("channel"),
                notice.timeOrNull("time"));
        boolean named = command.kind != Kind.UNSUBSCRIBE || command.channel != null;
        boolean timed = command.time != null || !command.kind.needsTime();
        if (!named || !timed) {
            throw new JsonException("the command is not complete");
        }
        return command;
    }
}
