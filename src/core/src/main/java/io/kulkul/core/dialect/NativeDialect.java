package io.kulkul.core.dialect;

import io.kulkul.api.Position;
import io.kulkul.core.eventlog.Encoding;
import io.kulkul.core.eventlog.Event;
import io.kulkul.core.json.Json;
import io.kulkul.core.json.JsonObjectWriter;
import io.kulkul.core.protocol.Command;
import io.kulkul.core.protocol.Reply;
import io.kulkul.core.subscription.ChannelPattern;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** The native frames {@code kulkul.v1}: JSON objects with a {@code type}. */
public final class NativeDialect implements Dialect {

    /** The name of the dialect in the query and in settings. */
    public static final String NAME = "kulkul";

    private static final Encoding PLAIN = new EventEncoding(null);

    private final NativeCommands commands = new NativeCommands();

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<Command> read(String frame) {
        return commands.read(frame);
    }

    @Override
    public Encoding events(@Nullable ChannelPattern pattern) {
        return pattern == null ? PLAIN : new EventEncoding(pattern);
    }

    @Override
    public String write(Reply reply) {
        if (reply instanceof Reply.Connected connected) {
            return connected(connected);
        }
        if (reply instanceof Reply.Authenticated authenticated) {
            return reply("authenticated", authenticated.id())
                    .string("user", authenticated.user())
                    .string("tenant", authenticated.tenant())
                    .number("expires", authenticated.expires())
                    .end();
        }
        if (reply instanceof Reply.Subscribed subscribed) {
            return position(
                            reply("subscribed", subscribed.id()).string("channel", subscribed.channel()),
                            subscribed.head())
                    .bool("recovered", subscribed.recovered())
                    .number("replayed", subscribed.replayed())
                    .end();
        }
        if (reply instanceof Reply.Unsubscribed unsubscribed) {
            return reply("unsubscribed", unsubscribed.id())
                    .string("channel", unsubscribed.channel())
                    .string("reason", unsubscribed.reason())
                    .end();
        }
        if (reply instanceof Reply.Published published) {
            return position(
                            reply("published", published.id()).string("channel", published.channel()),
                            published.position())
                    .bool("duplicate", published.duplicate())
                    .end();
        }
        if (reply instanceof Reply.Gap gap) {
            return reply("gap", null)
                    .string("channel", gap.channel())
                    .number("from", gap.from())
                    .number("to", gap.to())
                    .string("reason", gap.reason())
                    .end();
        }
        if (reply instanceof Reply.History history) {
            return history(history);
        }
        if (reply instanceof Reply.Reconnect reconnect) {
            return reply("reconnect", null)
                    .number("after", reconnect.after())
                    .string("reason", reconnect.reason())
                    .end();
        }
        if (reply instanceof Reply.Ping ping) {
            return reply("ping", null).number("timestamp", ping.timestamp()).end();
        }
        if (reply instanceof Reply.Pong pong) {
            return reply("pong", pong.id())
                    .number("timestamp", pong.timestamp())
                    .end();
        }
        if (reply instanceof Reply.Failure failure) {
            return failure(failure);
        }
        throw new IllegalArgumentException("no frame for " + reply.getClass());
    }

    private static JsonObjectWriter reply(String type, @Nullable String id) {
        return new JsonObjectWriter(128).string("type", type).string("id", id);
    }

    private static JsonObjectWriter position(JsonObjectWriter writer, @Nullable Position position) {
        return position == null
                ? writer
                : writer.string("epoch", position.epoch()).number("seq", position.seq());
    }

    private static String connected(Reply.Connected connected) {
        StringJoiner channels = new StringJoiner(",", "[", "]");
        connected.channels().forEach(channel -> channels.add(Json.quoted(channel)));
        Reply.Limits limits = connected.limits();
        return reply("connected", null)
                .string("connection", connected.connection())
                .string("session", connected.session())
                .string("instance", connected.instance())
                .string("protocol", connected.protocol())
                .number("heartbeat", connected.heartbeat())
                .json(
                        "limits",
                        new JsonObjectWriter(96)
                                .number("messageBytes", limits.messageBytes())
                                .number("subscriptions", limits.subscriptions())
                                .number("messagesPerSecond", limits.messagesPerSecond())
                                .end())
                .string("user", connected.user())
                .string("tenant", connected.tenant())
                .json("channels", channels.toString())
                .end();
    }

    private static String history(Reply.History history) {
        StringJoiner events = new StringJoiner(",", "[", "]");
        history.events().forEach(event -> events.add(event.encoded(PLAIN).text()));
        return position(reply("history", history.id()).string("channel", history.channel()), history.head())
                .json("events", events.toString())
                .end();
    }

    private static String failure(Reply.Failure failure) {
        JsonObjectWriter writer = reply("error", failure.id())
                .string("code", failure.code().wire())
                .string("message", failure.message())
                .string("channel", failure.channel());
        if (failure.retry() > 0) {
            writer.number("retry", failure.retry());
        }
        return writer.string("correlation", failure.correlation()).end();
    }

    /**
     * Writes {@code message} frames.
     *
     * @param pattern named in the frame, together with the epoch that a pattern's subscriber has not been told otherwise
     */
    private record EventEncoding(@Nullable ChannelPattern pattern) implements Encoding {

        @Override
        public String encode(Event event) {
            JsonObjectWriter writer = new JsonObjectWriter(event.payload().length() + 256)
                    .string("type", "message")
                    .string("channel", event.channel().name())
                    .string("event", event.name())
                    .json("payload", event.payload())
                    .string("id", event.id());
            if (event.positioned()) {
                writer.number("seq", event.seq());
            }
            writer.number("timestamp", event.timestamp())
                    .string("correlation", event.correlation())
                    .string("publisher", event.publisher());
            if (pattern != null) {
                writer.string("pattern", pattern.text());
                if (event.positioned()) {
                    writer.string("epoch", event.epoch());
                }
            }
            return writer.end();
        }
    }
}
