package io.kulkul.core.hub;

import io.kulkul.api.Position;
import io.kulkul.api.spi.ChannelOperation;
import io.kulkul.core.channel.ChannelInfo;
import io.kulkul.core.channel.Channels;
import io.kulkul.core.channel.Replay;
import io.kulkul.core.connection.Connection;
import io.kulkul.core.connection.Meter;
import io.kulkul.core.connection.Subscription;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.Event;
import io.kulkul.core.eventlog.LogUnavailableException;
import io.kulkul.core.json.JsonException;
import io.kulkul.core.protocol.Command;
import io.kulkul.core.protocol.ErrorCode;
import io.kulkul.core.protocol.Reply;
import io.kulkul.core.protocol.Since;
import io.kulkul.core.subscription.ChannelPattern;
import io.kulkul.core.subscription.Filter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Carries out what clients ask about reading channels: subscribe, unsubscribe, history. Thread-safe. */
final class Subscribing {

    /** The most bytes of payload in one history reply; a reader goes on from the last event it got. */
    static final int MAX_HISTORY_BYTES = 1_048_576;

    private final Channels channels;
    private final @Nullable Durable durable;
    private final Authorizing authorizing;
    private final Meter meter;
    private final Returning returning;

    Subscribing(
            Channels channels, @Nullable Durable durable, Authorizing authorizing, Meter meter, LongSupplier nanoTime) {
        this.channels = channels;
        this.durable = durable;
        this.authorizing = authorizing;
        this.returning = new Returning(nanoTime);
        this.meter = meter;
    }

    /** Begins a subscription that the caller may have; one at a time per connection. */
    void subscribe(Connection connection, Command.Subscribe command) throws RefusedException {
        String name = Authorizing.resolve(connection.caller(), command.channel());
        Subscription already = connection.subscription(name);
        if (already != null && !already.implicit()) {
            throw new RefusedException(ErrorCode.ALREADY_SUBSCRIBED, "this connection has that subscription already");
        }
        int max = connection.settings().connection().maxSubscriptions();
        if (connection.requested() >= max) {
            throw new RefusedException(ErrorCode.LIMIT_SUBSCRIPTIONS, "at most " + max + " subscriptions");
        }
        Filter filter = filter(command.filter());
        boolean pattern = ChannelPattern.looksLikePattern(name);
        Since since = command.since();
        if (since != null && pattern != since instanceof Since.AfterEach) {
            throw new RefusedException(
                    ErrorCode.BAD_REQUEST,
                    pattern ? "a pattern's since is {channels, timestamp}" : "a channel's since is {seq, epoch}");
        }
        if (already != null) {
            end(connection, already);
            // What the client has not been sent of it yet comes by the new subscription.
            since = since == null ? new Since.After(already.passed(), null) : since;
        } else if (since == null && !pattern) {
            since = sinceBefore(connection, name);
        }
        begin(connection, command, since, connection.begin(name, filter, authorizing.open(connection.tenant(), name)));
    }

    /** Where a user goes on who had this channel before, in a dialect whose clients cannot say so themselves. */
    private Since.@Nullable After sinceBefore(Connection connection, String name) throws RefusedException {
        int replayed = connection.settings().replayAtReconnect();
        ChannelId channel = new ChannelId(connection.tenant(), name);
        if (replayed == 0 || !connection.caller().authenticated()) {
            return null;
        }
        if (!returning.cameBack(connection.caller().user(), channel)) {
            return null;
        }
        Position head = head(channel);
        return head == null ? null : new Since.After(Math.max(0, head.seq() - replayed), head.epoch());
    }

    private @Nullable Position head(ChannelId channel) throws RefusedException {
        if (durable != null && channels.durable(channel)) {
            try {
                return durable.reading().head(channel);
            } catch (LogUnavailableException e) {
                throw unavailable();
            }
        }
        ChannelInfo info = channels.info(channel);
        return info == null || info.epoch() == null ? null : new Position(info.epoch(), info.head());
    }

    private static RefusedException unavailable() {
        return new RefusedException(ErrorCode.UNAVAILABLE, "the event log is not available");
    }

    /** Whether carrying this out may have to wait for the database. */
    boolean waits(Connection connection, Command command) {
        if (durable == null) {
            return false;
        }
        if (command instanceof Command.Subscribe subscribe) {
            return ChannelPattern.looksLikePattern(subscribe.channel())
                    ? subscribe.since() != null
                    : inDatabase(connection, subscribe.channel());
        }
        return command instanceof Command.History history && inDatabase(connection, history.channel());
    }

    private boolean inDatabase(Connection connection, String name) {
        try {
            return channels.durable(new ChannelId(connection.tenant(), Authorizing.resolve(connection.caller(), name)));
        } catch (RefusedException refusedWhenItIsCarriedOut) {
            return false;
        }
    }

    /**
     * Makes a channel live that is in the database, so that it can be subscribed to without waiting; waits for the database.
     *
     * @return false where the database does not answer
     */
    boolean open(ChannelId channel) {
        try {
            if (durable != null) {
                durable.reading().open(channel);
            }
            return true;
        } catch (LogUnavailableException e) {
            return false;
        }
    }

    /**
     * Begins a subscription that the client did not ask for, at the channel's head.
     *
     * @return false where that has to be asked of the database first, see {@link #open}
     */
    boolean subscribeImplicitly(Connection connection, ChannelId channel) {
        Subscription subscription = connection.beginImplicit(channel.name());
        if (durable == null || !channels.durable(channel)) {
            channels.subscribe(channel, subscription, null, subscription::enterAt);
        } else if (!durable.reading().enterLive(channel, subscription, subscription::enterAt)) {
            connection.end(subscription);
            return false;
        }
        if (connection.ended() || subscription.ended()) {
            leave(connection, subscription);
        } else {
            subscription.release(List.of());
        }
        return true;
    }

    private void begin(
            Connection connection, Command.Subscribe command, @Nullable Since since, Subscription subscription)
            throws RefusedException {
        Replay replay = enter(connection, since, subscription);
        if (connection.ended() || subscription.ended()) {
            // It ended while it was on its way in, and may not have been seen on the way out.
            leave(connection, subscription);
            throw new RefusedException(ErrorCode.UNAUTHENTICATED, "the token has expired meanwhile");
        }
        List<Event> wanted = subscription.wanted(replay.events());
        if (!command.silent()) {
            connection.reply(new Reply.Subscribed(
                    command.id(), subscription.name(), replay.head(), replay.recovered(), wanted.size()));
        }
        if (replay.missedFrom() > 0) {
            meter.gap();
            connection.reply(new Reply.Gap(subscription.name(), replay.missedFrom(), replay.missedTo(), "expired"));
        }
        meter.replayed(wanted.size());
        subscription.release(wanted, replay.ahead());
    }

    private Replay enter(Connection connection, @Nullable Since since, Subscription subscription)
            throws RefusedException {
        ChannelPattern pattern = subscription.pattern();
        String tenant = connection.tenant();
        ChannelId channel = new ChannelId(tenant, subscription.name());
        try {
            if (pattern == null && durable != null && channels.durable(channel)) {
                return durable.reading().subscribe(channel, subscription, (Since.After) since, subscription::enterAt);
            }
            if (pattern != null && durable != null) {
                return durable.reading()
                        .subscribe(tenant, pattern, subscription, (Since.AfterEach) since, subscription::enterAfter);
            }
        } catch (LogUnavailableException e) {
            connection.end(subscription);
            throw unavailable();
        }
        return pattern == null
                ? channels.subscribe(channel, subscription, (Since.After) since, subscription::enterAt)
                : channels.subscribe(tenant, pattern, subscription, (Since.AfterEach) since, subscription::enterAfter);
    }

    /**
     * Ends a subscription at the client's wish.
     *
     * @return its name
     */
    String unsubscribe(Connection connection, Command.Unsubscribe command) throws RefusedException {
        Subscription subscription =
                connection.subscription(Authorizing.resolve(connection.caller(), command.channel()));
        if (subscription == null) {
            throw new RefusedException(ErrorCode.NOT_SUBSCRIBED, "this connection has no such subscription");
        }
        end(connection, subscription);
        connection.reply(new Reply.Unsubscribed(command.id(), subscription.name(), "requested"));
        return subscription.name();
    }

    /** Ends every subscription that needs a token. */
    void endAllWithToken(Connection connection, String reason) {
        for (Subscription subscription : List.copyOf(connection.subscriptions())) {
            if (!subscription.open()) {
                end(connection, subscription, reason);
            }
        }
    }

    /** Ends a subscription and says why. */
    void end(Connection connection, Subscription subscription, String reason) {
        end(connection, subscription);
        if (!subscription.implicit()) {
            connection.reply(new Reply.Unsubscribed(null, subscription.name(), reason));
        }
    }

    private void end(Connection connection, Subscription subscription) {
        // In this order: whoever is just coming in sees after that whether it has to leave again by itself.
        connection.end(subscription);
        leave(connection, subscription);
    }

    /** Takes a connection that has ended out of all channels. */
    void leaveAll(Connection connection) {
        if (connection.settings().replayAtReconnect() > 0 && connection.caller().authenticated()) {
            connection
                    .subscriptions()
                    .forEach(each -> returning.left(
                            connection.caller().user(), new ChannelId(connection.tenant(), each.name())));
        }
        connection.subscriptions().forEach(subscription -> leave(connection, subscription));
    }

    private void leave(Connection connection, Subscription subscription) {
        ChannelPattern pattern = subscription.pattern();
        if (pattern == null) {
            channels.unsubscribe(new ChannelId(connection.tenant(), subscription.name()), subscription);
        } else {
            channels.unsubscribe(connection.tenant(), pattern, subscription);
        }
    }

    void history(Connection connection, Command.History command) throws RefusedException {
        String name = Authorizing.resolve(connection.caller(), command.channel());
        Channels.HistoryPage page =
                history(new ChannelId(connection.tenant(), name), command.since(), command.limit(), command.reverse());
        if (page == null) {
            throw new RefusedException(ErrorCode.HISTORY_UNAVAILABLE, "this namespace keeps no history");
        }
        connection.reply(new Reply.History(command.id(), name, page.head(), withinBytes(page.events())));
    }

    private Channels.@Nullable HistoryPage history(
            ChannelId channel, Since.@Nullable After since, int limit, boolean reverse) throws RefusedException {
        if (durable == null || !channels.durable(channel)) {
            return channels.history(channel, since, limit, reverse);
        }
        try {
            return durable.reading().history(channel, since, limit, reverse);
        } catch (LogUnavailableException e) {
            throw unavailable();
        }
    }

    private static List<Event> withinBytes(List<Event> events) {
        long bytes = 0;
        List<Event> within = new ArrayList<>();
        for (Event event : events) {
            bytes += event.payload().length();
            if (!within.isEmpty() && bytes > MAX_HISTORY_BYTES) {
                break;
            }
            within.add(event);
        }
        return within;
    }

    private static @Nullable Filter filter(@Nullable String json) throws RefusedException {
        try {
            return json == null ? null : Filter.parse(json);
        } catch (JsonException e) {
            throw new RefusedException(ErrorCode.BAD_REQUEST, e.reason());
        }
    }

    /** Whether the connection has a subscription to what the client means by this name. */
    boolean has(Connection connection, String name) {
        try {
            Subscription subscription = connection.subscription(Authorizing.resolve(connection.caller(), name));
            return subscription != null && !subscription.implicit();
        } catch (RefusedException nobodysName) {
            return false;
        }
    }

    /** Those of the query's channels that the connection will have subscribed to when it is greeted. */
    List<String> acceptable(Connection connection, List<String> names) {
        List<String> acceptable = new ArrayList<>();
        for (String name : names) {
            String readable = readable(connection, name);
            if (readable != null
                    && acceptable.size() < connection.settings().connection().maxSubscriptions()
                    && !acceptable.contains(readable)) {
                acceptable.add(readable);
            }
        }
        return acceptable;
    }

    private @Nullable String readable(Connection connection, String name) {
        try {
            String resolved = Authorizing.resolve(connection.caller(), name);
            Authorizing.requireValid(resolved, true);
            Authorizing.Decision decision =
                    authorizing.decide(connection.caller(), connection.tenant(), ChannelOperation.SUBSCRIBE, resolved);
            decision.orRefuse();
            return decision.request() == null ? resolved : null;
        } catch (RefusedException saidInAReplyOfItsOwn) {
            return null;
        }
    }
}
