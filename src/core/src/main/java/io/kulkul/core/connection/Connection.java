package io.kulkul.core.connection;

import io.kulkul.core.access.Caller;
import io.kulkul.core.dialect.Dialect;
import io.kulkul.core.dialect.DialectTraits.Pings;
import io.kulkul.core.eventlog.Encoded;
import io.kulkul.core.eventlog.Event;
import io.kulkul.core.protocol.CloseCode;
import io.kulkul.core.protocol.Reply;
import io.kulkul.core.subscription.Filter;
import java.lang.System.Logger.Level;
import java.net.SocketTimeoutException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection.
 *
 * <p>Thread-safe. Its commands are carried out by one thread at a time, as the container promises for a session's messages; replies,
 * offers, time-outs and the close may come from any other thread.
 */
public final class Connection {

    private static final System.Logger LOG = System.getLogger(Connection.class.getName());

    private final String id;
    private final String session;
    private final Dialect dialect;
    private final DialectSettings dialectSettings;
    private final ConnectionSettings settings;
    private final ConnectionContext context;
    private final Transport transport;
    private final Outbox outbox;
    private final long openedNanos;
    private final long openedMillis;
    private final Map<String, Subscription> subscriptions = new ConcurrentHashMap<>(1);
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile Caller caller = Caller.ANONYMOUS;
    private volatile String tenant;
    private volatile long heardNanos;

    /** When the latest ping was due; the timer's alone. */
    private long pingedNanos;

    private volatile boolean answersPings;

    /** Since when a ping of the protocol has waited for its answer; 0 where none does. */
    private volatile long unansweredNanos;

    /**
     * A connection whose handshake is over.
     *
     * @param tenant the path's tenant, or empty
     * @param batch whether the client takes arrays of frames
     * @param flushMillis how long events may wait to be joined, 0 to 1,000
     */
    Connection(
            String id,
            String session,
            String tenant,
            Dialect dialect,
            boolean batch,
            long flushMillis,
            DialectSettings dialectSettings,
            Transport transport,
            ConnectionContext context) {
        this.id = id;
        this.session = session;
        this.tenant = tenant;
        this.dialect = dialect;
        this.dialectSettings = dialectSettings;
        this.settings = dialectSettings.connection();
        this.context = context;
        this.transport = transport;
        this.openedNanos = context.nanoTime();
        this.openedMillis = context.millis();
        this.heardNanos = openedNanos;
        this.pingedNanos = openedNanos;
        this.outbox = new Outbox(this, transport, dialectSettings.connection(), batch, flushMillis);
    }

    /** The id that others may see. */
    public String id() {
        return id;
    }

    /** The id that the client alone knows. */
    public String session() {
        return session;
    }

    public Dialect dialect() {
        return dialect;
    }

    public Caller caller() {
        return caller;
    }

    /** What holds for this connection because of its dialect. */
    public DialectSettings settings() {
        return dialectSettings;
    }

    /** The tenant whose channels this connection sees; empty without tenants. */
    public String tenant() {
        return tenant;
    }

    /** When it was opened, in milliseconds since the Unix epoch. */
    public long openedMillis() {
        return openedMillis;
    }

    /** Takes the caller that a token vouches for. */
    public synchronized void authenticated(Caller verified, String itsTenant) {
        caller = verified;
        tenant = itsTenant;
    }

    /**
     * Forgets a caller whose token has ended.
     *
     * @return false where another token came meanwhile
     */
    public synchronized boolean expire(Caller expired) {
        boolean still = caller.equals(expired);
        if (still) {
            caller = Caller.ANONYMOUS;
        }
        return still;
    }

    /** The subscriptions, in no order. */
    public Collection<Subscription> subscriptions() {
        return subscriptions.values();
    }

    /** Whether this is its one subscription, and to one channel. */
    boolean isOnly(Subscription subscription) {
        return subscription.pattern() == null && subscriptions.size() == 1;
    }

    /** The subscription to this channel or pattern, or null. */
    public @Nullable Subscription subscription(String name) {
        return subscriptions.get(name);
    }

    /** How many subscriptions its client has asked for. */
    public int requested() {
        int requested = 0;
        for (Subscription subscription : subscriptions.values()) {
            requested += subscription.implicit() ? 0 : 1;
        }
        return requested;
    }

    /** Begins a held subscription that the client asks for. */
    public Subscription begin(String name, @Nullable Filter filter, boolean open) {
        Subscription subscription = new Subscription(this, outbox, name, filter, open, false);
        subscriptions.put(name, subscription);
        return subscription;
    }

    /** Begins a held subscription that the client did not ask for. */
    public Subscription beginImplicit(String name) {
        Subscription subscription = new Subscription(this, outbox, name, null, false, true);
        subscriptions.put(name, subscription);
        return subscription;
    }

    /** Ends a subscription: nothing of it is sent any more. */
    public void end(Subscription subscription) {
        subscriptions.remove(subscription.name(), subscription);
        outbox.end(subscription);
    }

    /** Sends a reply, where its dialect has a frame for it; a client that leaves too many unread is closed with 4413. */
    public void reply(Reply reply) {
        String frame = dialect.write(reply);
        if (frame != null && !outbox.reply(Encoded.of(frame))) {
            close(CloseCode.SLOW_CONSUMER);
        }
    }

    /** Does something before anything of what it says to the client leaves. */
    public void beforeWriting(Runnable what) {
        outbox.hold();
        try {
            what.run();
        } finally {
            outbox.begin();
        }
    }

    /** Lets a held subscription go. */
    public void release(Subscription subscription, List<Event> replay) {
        subscription.release(replay);
    }

    /** Something came from the client: it is alive. */
    public void heard() {
        heardNanos = context.nanoTime();
    }

    /** The client has pinged, and nobody else answers it. */
    public void pinged(byte[] payload) {
        heard();
        outbox.pong(payload);
    }

    /** The client has answered a ping of its protocol, so that it needs no WebSocket ping beside it. */
    public void answeredPing() {
        answersPings = true;
        unansweredNanos = 0;
    }

    /** How many events wait to be sent. */
    public long lag() {
        return outbox.waiting();
    }

    /** Whether it is over, or about to be. */
    public boolean ended() {
        return ended.get() || outbox.closing();
    }

    /** Closes at once; what was not sent is counted. Returns before the socket is closed. */
    public void close(CloseCode code) {
        close(code, code.label());
    }

    private void close(CloseCode code, String reason) {
        List<Outbox.Missed> missed = outbox.close();
        if (missed != null) {
            missed.forEach(each -> meter().overflowed(each.namespace(), each.events()));
            end(reason);
            context.closeTransport(() -> transport.close(code.code(), code.reason()));
        }
    }

    /** Closes once the replies that wait are sent, or cannot be. */
    public void closeAfterReplies(CloseCode code) {
        outbox.closeAfterReplies(code);
    }

    /** Closes once all that waits is sent, events included, or cannot be; takes nothing more from now on. */
    public void closeAfterAll(CloseCode code) {
        outbox.closeAfterAll(code);
    }

    /** The container says that the socket is gone. */
    public void gone() {
        if (outbox.close() != null) {
            end("gone");
        }
    }

    /** The outbox has written its last reply. */
    void closed(CloseCode code) {
        end(code.label());
        context.closeTransport(() -> transport.close(code.code(), code.reason()));
    }

    /**
     * A write failed: either the client took too long to read, or the socket is broken.
     *
     * @param took how long the write was under way, in nanoseconds
     */
    void broken(Throwable failure, long took) {
        LOG.log(Level.DEBUG, () -> "KULKUL0204D connection " + id + ": a write failed: " + failure);
        if (took >= settings.writeTimeout().toNanos() || failure instanceof SocketTimeoutException) {
            close(CloseCode.SLOW_CONSUMER, "write_timeout");
        } else {
            close(CloseCode.GOING_AWAY, "broken");
        }
    }

    private void end(String reason) {
        if (ended.compareAndSet(false, true)) {
            meter().closed(reason);
            context.ended(this);
        }
    }

    /** Looks after the heartbeat and a write that hangs. Called about once a second. */
    void tick() {
        long now = context.nanoTime();
        long interval = settings.heartbeatInterval().toNanos();
        if (outbox.writingFor(now) >= settings.writeTimeout().toNanos()) {
            close(CloseCode.SLOW_CONSUMER, "write_timeout");
        } else if (missed(now) >= settings.heartbeatTimeout().toNanos()) {
            close(CloseCode.HEARTBEAT_MISSED);
        } else if (now - pingedNanos >= interval) {
            // Each keeps its own beat, however late this round is: one pause would put ten thousand in step for good.
            pingedNanos += (now - pingedNanos) / interval * interval;
            ping(now);
        }
    }

    /** For how long the client has not given the sign of life that its dialect asks for, in nanoseconds. */
    private long missed(long now) {
        if (dialect.traits().pings() != Pings.FRAMES) {
            return now - heardNanos;
        }
        long since = unansweredNanos;
        return since == 0 ? 0 : now - since;
    }

    private void ping(long now) {
        Pings pings = dialect.traits().pings();
        if (pings != Pings.WEBSOCKET) {
            reply(new Reply.Ping(context.millis()));
            unansweredNanos = unansweredNanos == 0 ? now | 1 : unansweredNanos;
        }
        if (pings == Pings.WEBSOCKET || (pings == Pings.BOTH && !answersPings)) {
            outbox.ping();
        }
    }

    /** For how long the present write has been under way, in nanoseconds; 0 where none is. */
    long writingFor() {
        return outbox.writingFor(context.nanoTime());
    }

    /** For how long the connection has been open, in nanoseconds. */
    public long age() {
        return context.nanoTime() - openedNanos;
    }

    Meter meter() {
        return context.meter();
    }

    long nanoTime() {
        return context.nanoTime();
    }

    /** See {@link FlushTimer#phase}. */
    long flushPhase(long intervalMillis) {
        return context.flushTimer().phase(intervalMillis);
    }

    void scheduleFlush(long millis, Outbox due) {
        context.flushTimer().schedule(millis, due);
    }
}
