package io.kulkul.core.dialect;

import io.kulkul.api.Position;
import io.kulkul.core.dialect.Envelope.Occasion;
import io.kulkul.core.dialect.Frame.Fact;
import io.kulkul.core.json.Json;
import io.kulkul.core.protocol.Reply;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** What a reply's frame can tell, and on which occasion it is sent. */
final class ReplyFacts implements Frame.Facts {

    private static final DateTimeFormatter ISO =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private final Occasion occasion;
    private final long millis;
    private final Map<Fact, String> facts = new EnumMap<>(Fact.class);

    private ReplyFacts(Occasion occasion, long millis) {
        this.occasion = occasion;
        this.millis = millis;
    }

    /**
     * Collects the facts of a reply.
     *
     * @param now milliseconds since the Unix epoch, for those replies that carry no time
     * @return null for a reply to what these systems' clients cannot ask
     */
    static @Nullable ReplyFacts of(Reply reply, long now) {
        if (reply instanceof Reply.Connected connected) {
            return connected(connected, now);
        }
        if (reply instanceof Reply.Authenticated authenticated) {
            return new ReplyFacts(Occasion.AUTHENTICATED, now)
                    .command(authenticated.id())
                    .text(Fact.USER, authenticated.user());
        }
        if (reply instanceof Reply.Subscribed subscribed) {
            return new ReplyFacts(Occasion.SUBSCRIBED, now)
                    .command(subscribed.id())
                    .text(Fact.CHANNEL, subscribed.channel())
                    .position(subscribed.head());
        }
        if (reply instanceof Reply.Unsubscribed unsubscribed) {
            return new ReplyFacts(Occasion.UNSUBSCRIBED, now)
                    .command(unsubscribed.id())
                    .text(Fact.CHANNEL, unsubscribed.channel())
                    .text(Fact.REASON, unsubscribed.reason());
        }
        if (reply instanceof Reply.Published published) {
            return new ReplyFacts(Occasion.PUBLISHED, now)
                    .command(published.id())
                    .text(Fact.CHANNEL, published.channel())
                    .position(published.position());
        }
        if (reply instanceof Reply.Gap gap) {
            return new ReplyFacts(Occasion.GAP, now)
                    .text(Fact.CHANNEL, gap.channel())
                    .text(Fact.REASON, gap.reason());
        }
        if (reply instanceof Reply.Reconnect reconnect) {
            return new ReplyFacts(Occasion.RECONNECT, now).text(Fact.REASON, reconnect.reason());
        }
        if (reply instanceof Reply.Ping ping) {
            return new ReplyFacts(Occasion.PING, ping.timestamp());
        }
        if (reply instanceof Reply.Pong pong) {
            return new ReplyFacts(Occasion.PONG, pong.timestamp()).command(pong.id());
        }
        if (reply instanceof Reply.Failure failure) {
            return failure(failure, now);
        }
        if (reply instanceof Reply.History) {
            return null;
        }
        throw new IllegalArgumentException("no occasion for " + reply.getClass());
    }

    private static ReplyFacts connected(Reply.Connected connected, long now) {
        return new ReplyFacts(Occasion.CONNECTED, now)
                // The connection's id is random already: its hash is as good as any other 32 bits of it.
                .text(
                        Fact.CONNECTION,
                        HexFormat.of().toHexDigits(connected.connection().hashCode()))
                .json(Fact.CHANNELS, array(connected.channels()))
                .text(Fact.USER, connected.user());
    }

    private static ReplyFacts failure(Reply.Failure failure, long now) {
        String correlation = failure.correlation();
        return new ReplyFacts(Occasion.ERROR, now)
                .command(failure.id())
                .text(Fact.CHANNEL, failure.channel())
                .text(Fact.CODE, failure.code().wire())
                // These systems have no member for the id under which the log has the cause.
                .text(
                        Fact.MESSAGE,
                        correlation == null ? failure.message() : failure.message() + " (" + correlation + ")");
    }

    /** When the frame is sent. */
    Occasion occasion() {
        return occasion;
    }

    @Override
    public @Nullable String json(Fact fact) {
        return switch (fact) {
            case MILLIS -> Long.toString(millis);
            case ISO_TIME -> isoTime(millis);
            default -> facts.get(fact);
        };
    }

    /** The time in UTC, with milliseconds also where they are zero, as a JSON string. */
    static String isoTime(long millis) {
        return '"' + ISO.format(Instant.ofEpochMilli(millis)) + '"';
    }

    private ReplyFacts command(@Nullable String id) {
        return text(Fact.ID, id).text(Fact.CORRELATION, id);
    }

    private ReplyFacts position(@Nullable Position position) {
        return position == null
                ? this
                : json(Fact.SEQ, Long.toString(position.seq())).text(Fact.EPOCH, position.epoch());
    }

    private ReplyFacts text(Fact fact, @Nullable String text) {
        return text == null ? this : json(fact, Json.quoted(text));
    }

    private ReplyFacts json(Fact fact, String json) {
        facts.put(fact, json);
        return this;
    }

    private static String array(List<String> texts) {
        StringJoiner array = new StringJoiner(",", "[", "]");
        texts.forEach(text -> array.add(Json.quoted(text)));
        return array.toString();
    }
}
