package io.kulkul.core.hub;

import io.kulkul.core.access.Caller;
import io.kulkul.core.connection.Connection;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.protocol.CloseCode;
import io.kulkul.core.protocol.Command;
import io.kulkul.core.protocol.ErrorCode;
import io.kulkul.core.protocol.Reply;
import io.kulkul.core.quota.MessageQuota;
import io.kulkul.core.quota.ViolationQuota;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The hub's side of one connection: takes what its client sends, within its quotas, and answers.
 *
 * <p>{@code receive} is called by one thread at a time, as the container promises for a session's messages; the other methods by any.
 */
public final class Client {

    /** How long after its token's end a connection may stay to bring a new one. */
    static final Duration EXPIRY_GRACE = Duration.ofSeconds(25);

    private static final System.Logger LOG = System.getLogger(Client.class.getName());

    private final Hub hub;
    private final Connection connection;
    private final MessageQuota messages;
    private final ViolationQuota violations;
    private final Handshake handshake;
    private final AtomicReference<@Nullable String> admittedAs = new AtomicReference<>();
    private volatile boolean queryPending;
    private volatile long expiredNanos;

    Client(Hub hub, Connection connection, Handshake handshake, MessageQuota messages, ViolationQuota violations) {
        this.hub = hub;
        this.connection = connection;
        this.handshake = handshake;
        this.messages = messages;
        this.violations = violations;
    }

    /** The connection itself. */
    public Connection connection() {
        return connection;
    }

    /** Greets, and subscribes to what the query names. */
    void greet(String protocol) {
        List<String> channels = handshake.channels();
        boolean now = channels.isEmpty() || connection.caller().authenticated() || hub.anyPublic();
        Caller caller = connection.caller();
        connection.reply(new Reply.Connected(
                connection.id(),
                connection.session(),
                hub.instance(),
                protocol,
                hub.connectionSettings().heartbeatInterval().toMillis(),
                new Reply.Limits(
                        hub.connectionSettings().maxMessageBytes(),
                        hub.connectionSettings().maxSubscriptions(),
                        hub.connectionSettings().messagesPerSecond()),
                caller.authenticated() ? caller.user() : null,
                connection.tenant().isEmpty() ? null : connection.tenant(),
                hub.subscribing().acceptable(connection, channels)));
        queryPending = !channels.isEmpty();
        if (now) {
            subscribeToQuery();
        }
    }

    /** Subscribes to those channels of the query that the caller may have and does not have yet. */
    private void subscribeToQuery() {
        if (!queryPending) {
            return;
        }
        boolean authenticated = connection.caller().authenticated();
        for (String channel : handshake.channels()) {
            boolean waits = !authenticated && !hub.subscribing().open(connection, channel);
            if (!waits && !hub.subscribing().has(connection, channel)) {
                handle(new Command.Subscribe(null, channel, handshake.since().get(channel), null));
            }
        }
        queryPending = !authenticated;
    }

    /** Takes a text frame. */
    public void receive(String frame) {
        connection.heard();
        if (isTooBig(frame)) {
            connection.closeAfterReplies(CloseCode.MESSAGE_TOO_BIG);
            return;
        }
        for (Command command : connection.dialect().read(frame)) {
            if (connection.ended()) {
                return;
            }
            hub.meter().received(command.type());
            if (withinQuota(command)) {
                handle(command);
            }
        }
    }

    /** A container may hold only each fragment of a message against the limit, as Open Liberty does. */
    private boolean isTooBig(String frame) {
        int limit = hub.connectionSettings().maxMessageBytes();
        boolean mayBe = frame.length() > limit / 3;
        return mayBe && (frame.length() > limit || frame.getBytes(StandardCharsets.UTF_8).length > limit);
    }

    /**
     * Takes a binary message, which no dialect has.
     *
     * @param bytes its length
     */
    public void receiveBinary(int bytes) {
        connection.heard();
        if (bytes > hub.connectionSettings().maxMessageBytes()) {
            connection.closeAfterReplies(CloseCode.MESSAGE_TOO_BIG);
            return;
        }
        hub.meter().received("binary");
        Command refused = new Command.Malformed(null, ErrorCode.BAD_REQUEST, "frames are text, not binary");
        if (withinQuota(refused)) {
            handle(refused);
        }
    }

    /** Takes the answer to a WebSocket ping. */
    public void receivePong() {
        connection.heard();
    }

    /** The socket is gone. */
    public void gone() {
        connection.gone();
    }

    private boolean withinQuota(Command command) {
        if (connection.caller().administrator()) {
            return true;
        }
        return switch (messages.take()) {
            case ACCEPTED -> true;
            case LIMITED -> {
                hub.meter().rateLimited();
                refuse(
                        command.id(),
                        ErrorCode.RATE_LIMITED,
                        "more messages than the limit allows",
                        null,
                        messages.retryAfter());
                yield false;
            }
            case BROKEN -> {
                hub.meter().rateLimited();
                connection.close(CloseCode.RATE_LIMIT);
                yield false;
            }
        };
    }

    private void handle(Command command) {
        try {
            carryOut(command);
        } catch (RefusedException e) {
            refuse(command.id(), e.code(), e.explanation(), channelOf(command), Duration.ZERO);
        } catch (RuntimeException bug) {
            String correlation = hub.newId();
            LOG.log(
                    Level.ERROR,
                    "KULKUL0902E connection " + connection.id() + ", " + command.type() + ": internal error "
                            + correlation,
                    bug);
            hub.meter().refused(ErrorCode.INTERNAL);
            connection.reply(new Reply.Failure(
                    command.id(), ErrorCode.INTERNAL, "internal error", channelOf(command), 0, correlation));
        }
    }

    private void carryOut(Command command) throws RefusedException {
        if (command instanceof Command.Subscribe subscribe) {
            hub.subscribing().subscribe(connection, subscribe);
        } else if (command instanceof Command.Unsubscribe unsubscribe) {
            hub.subscribing().unsubscribe(connection, unsubscribe);
        } else if (command instanceof Command.Publish publish) {
            hub.clientPublishing().publish(connection, publish);
        } else if (command instanceof Command.History history) {
            hub.subscribing().history(connection, history);
        } else if (command instanceof Command.Authenticate authenticate) {
            authenticate(authenticate);
        } else if (command instanceof Command.Ping ping) {
            connection.reply(new Reply.Pong(ping.id(), hub.millis()));
        } else if (command instanceof Command.Pong) {
            connection.answeredPing();
        } else if (command instanceof Command.Presence) {
            throw new RefusedException(ErrorCode.UNAVAILABLE, "presence is not available in this version");
        } else if (command instanceof Command.Malformed malformed) {
            throw new RefusedException(malformed.code(), malformed.message());
        }
    }

    private void authenticate(Command.Authenticate command) throws RefusedException {
        Caller caller = hub.verify(command.token());
        Caller before = connection.caller();
        if (before.authenticated() && !before.user().equals(caller.user())) {
            throw new RefusedException(ErrorCode.FORBIDDEN, "this connection belongs to another user");
        }
        accept(caller);
        if (connection.ended()) {
            return;
        }
        expiredNanos = 0;
        connection.reply(new Reply.Authenticated(
                command.id(),
                caller.user(),
                connection.tenant().isEmpty() ? null : connection.tenant(),
                caller.expires() == null ? 0 : caller.expires().toEpochMilli()));
        subscribeToQuery();
    }

    /**
     * Makes the verified caller this connection's own, or closes it: 4403 where the tenant is another one, 4409 where the user has too many
     * connections.
     */
    void accept(Caller caller) {
        String tenant = tenantOf(caller);
        if (tenant == null) {
            connection.closeAfterReplies(CloseCode.FORBIDDEN);
            return;
        }
        String key = tenant + '\n' + caller.user();
        if (!caller.administrator() && !key.equals(admittedAs.get())) {
            if (!hub.connections().admit(key)) {
                connection.closeAfterReplies(CloseCode.USER_LIMIT);
                return;
            }
            leave();
            admittedAs.set(key);
            if (connection.ended()) {
                leave();
            }
        }
        connection.authenticated(caller, tenant);
    }

    /** The tenant that the token, the path and the subscriptions agree on; null where they do not. */
    private @Nullable String tenantOf(Caller caller) {
        String claimed = caller.tenant();
        String path = handshake.tenant();
        String tenant = claimed == null ? path : claimed;
        boolean contradicts = !path.isEmpty() && !path.equals(tenant);
        boolean leaves =
                !connection.subscriptions().isEmpty() && !connection.tenant().equals(tenant);
        return contradicts || leaves ? null : tenant;
    }

    /** Counts the connection out of its user's. */
    void leave() {
        String key = admittedAs.getAndSet(null);
        if (key != null) {
            hub.connections().leave(key);
        }
    }

    /** Looks after the time to authenticate and the token's end. Called about once a second. */
    void tick() {
        Caller caller = connection.caller();
        if (caller.expires() != null && hub.millis() >= caller.expires().toEpochMilli()) {
            if (connection.expire(caller)) {
                expiredNanos = hub.nanoTime() | 1;
                hub.subscribing().endAllWithToken(connection, "expired");
            }
        } else if (!caller.authenticated()
                && expiredNanos != 0
                && hub.nanoTime() - expiredNanos >= EXPIRY_GRACE.toNanos()) {
            closeUnauthenticated("the token has expired");
        } else if (!caller.authenticated()
                && expiredNanos == 0
                && connection.age()
                        >= hub.connectionSettings().authenticationTimeout().toNanos()
                && !usesPublicOnly()) {
            closeUnauthenticated("no token was given in time");
        }
    }

    private boolean usesPublicOnly() {
        return !connection.subscriptions().isEmpty();
    }

    private void closeUnauthenticated(String why) {
        connection.reply(Reply.Failure.of(null, ErrorCode.UNAUTHENTICATED, why));
        connection.closeAfterReplies(CloseCode.UNAUTHENTICATED);
    }

    private void refuse(
            @Nullable String id, ErrorCode code, String explanation, @Nullable String channel, Duration retry) {
        hub.meter().refused(code);
        connection.reply(new Reply.Failure(id, code, explanation, channel, retry.toMillis(), null));
        if (code.violation() && !violations.take()) {
            connection.closeAfterReplies(CloseCode.PROTOCOL_VIOLATION);
        }
    }

    private static @Nullable String channelOf(Command command) {
        String channel = null;
        if (command instanceof Command.Subscribe subscribe) {
            channel = subscribe.channel();
        } else if (command instanceof Command.Unsubscribe unsubscribe) {
            channel = unsubscribe.channel();
        } else if (command instanceof Command.Publish publish) {
            channel = publish.channel();
        } else if (command instanceof Command.History history) {
            channel = history.channel();
        } else if (command instanceof Command.Presence presence) {
            channel = presence.channel();
        }
        return channel == null || channel.length() > ChannelId.MAX_LENGTH ? null : channel;
    }
}
