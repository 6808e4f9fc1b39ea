package io.kulkul.core.hub;

import io.kulkul.api.spi.AccessRequest;
import io.kulkul.api.spi.ChannelOperation;
import io.kulkul.core.access.Caller;
import io.kulkul.core.connection.Connection;
import io.kulkul.core.connection.ConnectionSettings;
import io.kulkul.core.connection.Subscription;
import io.kulkul.core.dialect.DialectTraits;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.protocol.CloseCode;
import io.kulkul.core.protocol.Command;
import io.kulkul.core.protocol.ErrorCode;
import io.kulkul.core.protocol.Reply;
import io.kulkul.core.quota.MessageQuota;
import io.kulkul.core.quota.ViolationQuota;
import io.kulkul.core.subscription.ChannelPattern;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
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

    /** The most commands that wait for the application's answer about an earlier one. */
    static final int MAX_QUEUED = 1000;

    private static final CompletionStage<?> NOTHING_PUBLISHED = CompletableFuture.completedFuture(null);

    private static final Duration RETRY_QUEUED = Duration.ofSeconds(1);

    private static final System.Logger LOG = System.getLogger(Client.class.getName());

    private final Hub hub;
    private final Connection connection;
    private final MessageQuota messages;
    private final ViolationQuota violations;
    private final String pathTenant;
    private final AtomicReference<@Nullable String> admittedAs = new AtomicReference<>();
    private final AtomicReference<List<ChannelId>> addressed = new AtomicReference<>(List.of());

    /** Held while a subscription begins or ends at the client's wish, or begins without it; comes before the channels' lock. */
    private final Object subscribing = new Object();

    /** The channels that the client has unsubscribed from; guarded by {@code subscribing}. */
    private Set<String> declined = Set.of();

    private final Object turn = new Object();

    /** The commands that wait for the one before them, null where none ever had to; guarded by {@code turn}. */
    private @Nullable ArrayDeque<Command> queued;

    /** Their size in characters, roughly; guarded by {@code turn}. */
    private int queuedSize;

    /** Whether somebody carries out commands, or waits to go on with it; guarded by {@code turn}. */
    private boolean busy;

    /** Ends with the last publishing; touched by the one whose turn it is. */
    private CompletionStage<?> publishing = NOTHING_PUBLISHED;

    private volatile boolean greeted;

    /** What the query names and the client is not subscribed to yet, as it has no token; null where there is nothing of the kind. */
    private volatile @Nullable Handshake query;

    private volatile long expiredNanos;

    Client(Hub hub, Connection connection, String pathTenant, MessageQuota messages, ViolationQuota violations) {
        this.hub = hub;
        this.connection = connection;
        this.pathTenant = pathTenant;
        this.messages = messages;
        this.violations = violations;
    }

    /** The connection itself. */
    public Connection connection() {
        return connection;
    }

    private DialectTraits traits() {
        return connection.dialect().traits();
    }

    private ConnectionSettings limits() {
        return connection.settings().connection();
    }

    /** Greets, and subscribes to what the query names before the greeting leaves: some dialects say in it what is subscribed. */
    void greet(String protocol, Handshake handshake) {
        connection.beforeWriting(() -> greetAndSubscribe(protocol, handshake));
    }

    private void greetAndSubscribe(String protocol, Handshake handshake) {
        List<String> channels = handshake.channels();
        boolean now = channels.isEmpty() || connection.caller().authenticated() || hub.anyPublic();
        Caller caller = connection.caller();
        connection.reply(new Reply.Connected(
                connection.id(),
                connection.session(),
                hub.instance(),
                protocol,
                limits().heartbeatInterval().toMillis(),
                new Reply.Limits(limits().maxMessageBytes(), limits().maxSubscriptions(), limits().messagesPerSecond()),
                caller.authenticated() ? caller.user() : null,
                connection.tenant().isEmpty() ? null : connection.tenant(),
                hub.subscribing().acceptable(connection, channels)));
        greeted = true;
        query = channels.isEmpty() ? null : handshake.withoutToken();
        subscribeAtConnect();
        if (now) {
            subscribeToQuery();
        }
    }

    /** Subscribes to those channels of the query that the caller may have and does not have yet. */
    private void subscribeToQuery() {
        Handshake handshake = query;
        if (handshake == null) {
            return;
        }
        boolean authenticated = connection.caller().authenticated();
        List<Command> subscribes = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (String channel : handshake.channels()) {
            boolean waits = !authenticated && !hub.authorizing().open(connection.tenant(), channel);
            if (!waits && !hub.subscribing().has(connection, channel) && seen.add(meant(channel))) {
                subscribes.add(new Command.Subscribe(
                        null, channel, handshake.since().get(channel), null, !traits().acknowledgesAtConnect()));
            }
        }
        query = authenticated ? null : handshake;
        submitFirst(subscribes);
    }

    /** Takes a text frame. */
    public void receive(String frame) {
        if (isTooBig(frame)) {
            receiveTooBig();
            return;
        }
        connection.heard();
        for (Command command : connection.dialect().read(frame)) {
            if (connection.ended()) {
                return;
            }
            hub.meter().received(command.type());
            if (withinQuota(command)) {
                submit(command, frame.length());
            }
        }
    }

    private boolean isTooBig(String frame) {
        int limit = limits().maxMessageBytes();
        boolean mayBe = frame.length() > limit / 3;
        return mayBe && (frame.length() > limit || frame.getBytes(StandardCharsets.UTF_8).length > limit);
    }

    /** Takes a message, or what there is of it so far, that is longer than the limit. */
    public void receiveTooBig() {
        connection.heard();
        connection.close(CloseCode.MESSAGE_TOO_BIG);
    }

    /** Takes a binary message, which no dialect has. */
    public void receiveBinary() {
        connection.heard();
        hub.meter().received("binary");
        Command refused = new Command.Malformed(null, ErrorCode.BAD_REQUEST, "frames are text, not binary");
        if (withinQuota(refused)) {
            submit(refused, 0);
        }
    }

    /**
     * Takes a WebSocket ping that is to be answered.
     *
     * @param payload at most 125 bytes
     */
    public void receivePing(byte[] payload) {
        connection.pinged(payload);
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
                // After the refusals before it, which tell the client what it is closed for.
                connection.closeAfterReplies(CloseCode.RATE_LIMIT);
                yield false;
            }
        };
    }

    /**
     * Carries the command out after those before it, which may wait for the application's word.
     *
     * @param size how much memory it may hold, roughly, in characters
     */
    private void submit(Command command, int size) {
        boolean mine;
        boolean room;
        synchronized (turn) {
            mine = !busy;
            room = queuedSize == 0 || (queued().size() < MAX_QUEUED && queuedSize + size <= limits().maxMessageBytes());
            busy = true;
            if (!mine && room) {
                queued().add(command);
                queuedSize += size;
            }
        }
        if (mine && handle(command)) {
            carryOutQueued();
        } else if (!mine && !room) {
            refuse(
                    command.id(),
                    ErrorCode.UNAVAILABLE,
                    "too many commands wait for the answer to an earlier one",
                    channelOf(command),
                    RETRY_QUEUED);
        }
    }

    /** Called with {@code turn} held. */
    private ArrayDeque<Command> queued() {
        ArrayDeque<Command> waiting = queued;
        if (waiting == null) {
            waiting = new ArrayDeque<>();
            queued = waiting;
        }
        return waiting;
    }

    /** Carries the commands out before those that wait already. */
    private void submitFirst(List<Command> commands) {
        synchronized (turn) {
            for (int i = commands.size() - 1; i >= 0; i--) {
                queued().addFirst(commands.get(i));
            }
            if (busy) {
                return;
            }
            busy = true;
        }
        carryOutQueued();
    }

    /** Carries out what waits, until nothing does or an answer has to be awaited; called by the one whose turn it is. */
    private void carryOutQueued() {
        Command next;
        do {
            synchronized (turn) {
                next = queued == null || connection.ended() ? null : queued.poll();
                if (next == null) {
                    queued = null;
                    queuedSize = 0;
                    busy = false;
                }
            }
        } while (next != null && handle(next));
    }

    /**
     * Carries a command out.
     *
     * @return false where the application's word has to be awaited, after which the command and the ones behind it go on by themselves
     */
    private boolean handle(Command command) {
        return guarded(command, () -> {
            Caller caller = connection.caller();
            Need need = Need.of(caller, command);
            if (need == null || isSubscribedAtConnect(command, need)) {
                return perform(command);
            }
            Authorizing.Decision decision =
                    hub.authorizing().decide(caller, connection.tenant(), need.operation(), need.channel());
            AccessRequest request = decision.request();
            if (request == null) {
                decision.orRefuse();
                return perform(command);
            }
            hub.authorizing().ask(request, answer -> resume(command, caller, answer));
            return false;
        });
    }

    /** Whether the client asks for what it has been given at connect anyway. */
    private boolean isSubscribedAtConnect(Command command, Need need) {
        Subscription subscription = connection.subscription(need.channel());
        boolean implicit = subscription != null && subscription.implicit();
        return implicit
                && command instanceof Command.Subscribe subscribe
                && subscribe.since() == null
                && traits().subscribedAtConnect().stream()
                        .anyMatch(name -> need.channel().equals(meant(name)));
    }

    private boolean isGivenAtConnect(String channel) {
        return traits().subscribedAtConnect().stream().anyMatch(name -> channel.equals(meant(name)));
    }

    /** The channel that a name stands for, without a refusal: empty where it is nobody's. */
    private String meant(String name) {
        return name.equals(Authorizing.OWN_CHANNEL) ? connection.caller().ownChannel() : name;
    }

    /** The application has answered. */
    private void resume(Command command, Caller asked, Authorizing.Decision answer) {
        boolean done = !connection.caller().equals(asked)
                ? handle(command)
                : guarded(command, () -> {
                    answer.orRefuse();
                    return perform(command);
                });
        if (done) {
            carryOutQueued();
        }
    }

    /**
     * Carries out what may be carried out.
     *
     * @return false where that has to wait, for the database or for what was published before; then it goes on by itself
     */
    private boolean perform(Command command) throws RefusedException {
        boolean overtakes = command instanceof Command.Publish
                || command instanceof Command.Ping
                || command instanceof Command.Pong
                || command instanceof Command.Malformed;
        if (!overtakes && !publishing.toCompletableFuture().isDone()) {
            publishing.thenRun(() -> later(command));
            return false;
        }
        if (hub.subscribing().waits(connection, command)) {
            later(command);
            return false;
        }
        carryOut(command);
        return true;
    }

    /** Goes on with the command, and with those that wait for it, on a thread that may wait for the database. */
    private void later(Command command) {
        Runnable goOn = () -> {
            guarded(command, () -> {
                carryOut(command);
                return true;
            });
            carryOutQueued();
        };
        try {
            hub.readers().execute(goOn);
        } catch (RejectedExecutionException stopping) {
            refuse(
                    command.id(),
                    new RefusedException(ErrorCode.UNAVAILABLE, "the instance is ending"),
                    channelOf(command));
        }
    }

    private boolean guarded(Command command, Step step) {
        try {
            return connection.ended() || step.run();
        } catch (RefusedException e) {
            refuse(command.id(), e, channelOf(command));
        } catch (RuntimeException bug) {
            String correlation = hub.newId();
            LOG.log(
                    Level.ERROR,
                    "KULKUL0902E connection " + connection.id() + ", " + command.type() + ": internal error "
                            + correlation,
                    bug);
            refuse(
                    command.id(),
                    new RefusedException(ErrorCode.INTERNAL, "internal error", correlation),
                    channelOf(command));
        }
        return true;
    }

    private void carryOut(Command command) throws RefusedException {
        if (command instanceof Command.Subscribe subscribe) {
            synchronized (subscribing) {
                hub.subscribing().subscribe(connection, subscribe);
            }
            if (!connection.caller().authenticated()) {
                hub.pending().remove(this);
            }
        } else if (command instanceof Command.Unsubscribe unsubscribe) {
            synchronized (subscribing) {
                decline(hub.subscribing().unsubscribe(connection, unsubscribe));
            }
        } else if (command instanceof Command.Publish publish) {
            publishing = hub.clientPublishing()
                    .publish(connection, publish)
                    .handle((appended, failure) -> guarded(publish, () -> {
                        if (failure != null) {
                            throw RefusedException.of(failure);
                        }
                        hub.clientPublishing().published(connection, publish, appended);
                        return true;
                    }));
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

    /** Called with {@code subscribing} held. */
    private void decline(String channel) {
        if (declined.isEmpty()) {
            declined = new HashSet<>();
        }
        declined.add(channel);
    }

    /**
     * What is published to this channel is for this client, so it is subscribed to it, unless it is already or did not want it. Called by
     * any thread.
     */
    void join(ChannelId channel) {
        synchronized (subscribing) {
            boolean wanted = !connection.ended()
                    && (traits().takesWhatIsAddressed() || isGivenAtConnect(channel.name()))
                    && connection.subscription(channel.name()) == null
                    && !declined.contains(channel.name())
                    && connection.subscriptions().stream().noneMatch(each -> covers(each.pattern(), channel));
            if (!wanted || hub.subscribing().subscribeImplicitly(connection, channel)) {
                return;
            }
        }
        try {
            hub.readers().execute(() -> {
                if (hub.subscribing().open(channel)) {
                    join(channel);
                } else {
                    LOG.log(
                            Level.WARNING,
                            "KULKUL0670W connection " + connection.id() + " has to do without " + channel.name()
                                    + ": the event log is not available");
                }
            });
        } catch (RejectedExecutionException stopping) {
            LOG.log(Level.DEBUG, "KULKUL0664D no thread for the database: " + stopping.getMessage());
        }
    }

    private static boolean covers(@Nullable ChannelPattern pattern, ChannelId channel) {
        return pattern != null && pattern.covers(channel.name());
    }

    private void authenticate(Command.Authenticate command) throws RefusedException {
        Caller caller = hub.verify(command.token(), "connection " + connection.id());
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
        endWhatIsNotAllowed(caller);
        subscribeToQuery();
    }

    /** Another token may allow less than the one before it. */
    private void endWhatIsNotAllowed(Caller caller) {
        for (Subscription subscription : List.copyOf(connection.subscriptions())) {
            if (subscription.open() || subscription.implicit()) {
                continue;
            }
            Authorizing.Decision decision = hub.authorizing()
                    .decide(caller, connection.tenant(), ChannelOperation.SUBSCRIBE, subscription.name());
            if (decision.request() != null) {
                hub.authorizing().ask(decision.request(), answer -> endIfRefused(subscription, answer));
            } else {
                endIfRefused(subscription, decision);
            }
        }
    }

    private void endIfRefused(Subscription subscription, Authorizing.Decision decision) {
        if (decision.refusal() != null && !subscription.ended()) {
            hub.subscribing().end(connection, subscription, "revoked");
        }
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
            if (!hub.users().admit(key, limits().maxPerUser())) {
                connection.closeAfterReplies(CloseCode.USER_LIMIT);
                return;
            }
            leaveUser();
            admittedAs.set(key);
            if (connection.ended()) {
                leaveUser();
            }
        }
        connection.authenticated(caller, tenant);
        hub.pending().remove(this);
        address(caller, tenant);
        if (hub.revocations().cover(caller)) {
            // It was revoked between its verification and now, when nobody could find it here yet.
            revoke();
        }
    }

    /** Begins the subscriptions that clients of this dialect have without asking. */
    private void subscribeAtConnect() {
        Caller caller = connection.caller();
        for (String name : traits().subscribedAtConnect()) {
            String channel = meant(name);
            boolean may = caller.authenticated() || hub.authorizing().open(connection.tenant(), channel);
            if (may && !channel.isEmpty()) {
                join(new ChannelId(connection.tenant(), channel));
            }
        }
    }

    /** Lets the client be found by what is sent to its user and to its tenant. */
    private void address(Caller caller, String tenant) {
        List<ChannelId> mine =
                List.of(new ChannelId(tenant, Addressees.BROADCAST), new ChannelId(tenant, caller.ownChannel()));
        List<ChannelId> before = addressed.getAndSet(mine);
        if (!before.equals(mine)) {
            before.forEach(channel -> hub.addressees().remove(channel, this));
        }
        mine.forEach(channel -> hub.addressees().add(channel, this));
        subscribeAtConnect();
        if (connection.ended()) {
            unaddress();
        }
    }

    private void unaddress() {
        addressed.getAndSet(List.of()).forEach(channel -> hub.addressees().remove(channel, this));
    }

    /** The token is good no more: what it gave ends, and so does the connection. Called by any thread. */
    void revoke() {
        Caller caller = connection.caller();
        if (caller.authenticated() && connection.expire(caller)) {
            unaddress();
            hub.subscribing().endAllWithToken(connection, "revoked");
            connection.reply(Reply.Failure.of(null, ErrorCode.TOKEN_INVALID, "the token is revoked"));
            connection.closeAfterReplies(CloseCode.UNAUTHENTICATED);
        }
    }

    /** The tenant that the token, the path and the subscriptions agree on; null where they do not. */
    private @Nullable String tenantOf(Caller caller) {
        String claimed = caller.tenant();
        // An operator's token without a tenant is good for each of them; any other one is for channels without a
        // tenant.
        String tenant = claimed != null ? claimed : caller.administrator() ? pathTenant : "";
        boolean contradicts = !pathTenant.isEmpty() && !pathTenant.equals(tenant);
        boolean leaves =
                !connection.subscriptions().isEmpty() && !connection.tenant().equals(tenant);
        return contradicts || leaves ? null : tenant;
    }

    /** Counts the connection out of its user's, and takes it out of its addressees. */
    void leave() {
        unaddress();
        leaveUser();
    }

    private void leaveUser() {
        String key = admittedAs.getAndSet(null);
        if (key != null) {
            hub.users().leave(key);
        }
    }

    /** Tells the client when the connection will be closed, so that it connects elsewhere; one that is not greeted yet is closed now. */
    void sendAway(long afterMillis, String reason) {
        if (greeted) {
            connection.reply(new Reply.Reconnect(afterMillis, reason));
        } else {
            connection.closeAfterReplies(CloseCode.RESTARTING);
        }
    }

    /** Looks after the time to authenticate and the token's end. Called about once a second. */
    void tick() {
        Caller caller = connection.caller();
        if (caller.expires() != null && hub.millis() >= caller.expires().toEpochMilli()) {
            if (connection.expire(caller)) {
                expiredNanos = hub.nanoTime() | 1;
                unaddress();
                hub.subscribing().endAllWithToken(connection, "expired");
            }
        } else if (!caller.authenticated()
                && expiredNanos != 0
                && hub.nanoTime() - expiredNanos >= EXPIRY_GRACE.toNanos()) {
            closeUnauthenticated("the token has expired");
        } else if (!caller.authenticated()
                && expiredNanos == 0
                && connection.age() >= limits().authenticationTimeout().toNanos()
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
    }

    private void refuse(@Nullable String id, RefusedException e, @Nullable String channel) {
        hub.meter().refused(e.code());
        connection.reply(new Reply.Failure(id, e.code(), e.explanation(), channel, 0, e.correlation()));
        if (e.code().violation() && !violations.take()) {
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

    /** A part of carrying out a command; says whether the command is done with. */
    @FunctionalInterface
    private interface Step {
        boolean run() throws RefusedException;
    }
}
