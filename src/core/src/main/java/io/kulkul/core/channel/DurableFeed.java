package io.kulkul.core.channel;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.DurableLog;
import io.kulkul.core.eventlog.DurableLog.ChannelHead;
import io.kulkul.core.eventlog.Event;
import io.kulkul.core.eventlog.LogUnavailableException;
import io.kulkul.core.eventlog.PlacedEvent;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Brings the events of durable channels into this instance in the order of their seqs, each once, whatever the way here loses, repeats or
 * reorders.
 *
 * <p>They come from this instance's own commits and over the bus. What follows the newest one is appended; what is older is left out; what comes
 * too early is held, and when the ones before it have not come within a moment they are read from the database. A last event that was lost
 * has none behind it that would show that, so the heads of channels that changed lately are compared with the database now and then.
 * Thread-safe.
 */
public final class DurableFeed implements CatchUp {

    /** How long to wait for an event that another way may still bring. */
    static final Duration PATIENCE = Duration.ofMillis(25);

    static final Duration RETRY = Duration.ofMillis(500);

    /** How much further back than the last comparison a comparison looks: transactions wait for one another, and clocks differ. */
    static final Duration OVERLAP = Duration.ofSeconds(30);

    /** The most events that are read at once. */
    private static final int MAX_READ = 1000;

    /** The most channels whose passing is remembered. */
    private static final int MAX_PASSED = 200_000;

    private static final System.Logger LOG = System.getLogger(DurableFeed.class.getName());

    private final Channels channels;
    private final DurableLog log;
    private final Audience audience;
    private final Executor readers;
    private final ScheduledExecutorService timer;
    private final Clock clock;

    /** The channels that are being made live, and what came for them meanwhile; guarded by itself, as is what follows. */
    private final Map<ChannelId, List<PlacedEvent>> opening = new HashMap<>();

    /** The channels for which a look into the database is due. */
    private final Set<ChannelId> filling = new HashSet<>();

    /** How far channels had come when nobody here wanted them. */
    private final Cache<ChannelId, Long> passed;

    private boolean comparing;
    private volatile long comparedAt;
    private volatile boolean failing;

    /**
     * Feeds these channels.
     *
     * @param audience who else wants a channel than subscribers of matching patterns
     * @param readers may wait for the database
     * @param timer begins what is to be done later
     */
    public DurableFeed(
            Channels channels,
            DurableLog log,
            Audience audience,
            Executor readers,
            ScheduledExecutorService timer,
            Clock clock) {
        this.channels = channels;
        this.log = log;
        this.audience = audience;
        this.readers = readers;
        this.timer = timer;
        this.clock = clock;
        this.comparedAt = clock.millis();
        channels.catchUpBy(this);
        // Longer than any comparison looks back.
        this.passed = Caffeine.newBuilder()
                .maximumSize(MAX_PASSED)
                .expireAfterWrite(OVERLAP.multipliedBy(6))
                .ticker(() -> clock.millis() * 1_000_000)
                .executor(Runnable::run)
                .build();
    }

    /** Takes events from wherever they come. Does not wait. */
    public void receive(List<PlacedEvent> events) {
        int from = 0;
        for (int to = 1; to <= events.size(); to++) {
            ChannelId id = events.get(from).channel();
            if (to == events.size() || !events.get(to).channel().equals(id)) {
                receive(id, events.subList(from, to));
                from = to;
            }
        }
    }

    private void receive(ChannelId id, List<PlacedEvent> run) {
        if (!channels.isOpen(id) && !openFor(id, run)) {
            return;
        }
        audience.beforeEvents(id);
        if (channels.take(id, run)) {
            fillIn(id, PATIENCE);
        }
    }

    /** Makes the channel live where somebody wants it; false where nobody does, or where that is still under way. */
    private boolean openFor(ChannelId id, List<PlacedEvent> run) {
        if (!wanted(id)) {
            passed.asMap().merge(id, run.get(run.size() - 1).seq(), Math::max);
            return false;
        }
        if (run.get(0).seq() == 1) {
            channels.open(id, 0);
            return true;
        }
        synchronized (opening) {
            if (channels.isOpen(id)) {
                return true;
            }
            List<PlacedEvent> waiting = opening.get(id);
            if (waiting != null) {
                waiting.addAll(run);
                return false;
            }
            opening.put(id, new ArrayList<>(run));
        }
        execute(() -> open(id));
        return false;
    }

    private boolean wanted(ChannelId id) {
        return channels.isCovered(id) || audience.wants(id);
    }

    /**
     * Makes a channel live that somebody here wants and that has had events before. It begins behind those that passed by when nobody wanted
     * them; where none did lately, with those of the time since the last comparison, which were lost on their way here.
     */
    private void open(ChannelId id) {
        Long known = passed.getIfPresent(id);
        long base = known == null ? baseInLog(id) : known;
        List<PlacedEvent> came;
        synchronized (opening) {
            came = opening.remove(id);
            if (base < 0 && came != null && !came.isEmpty()) {
                base = came.get(0).seq() - 1;
            }
            if (base < 0) {
                return;
            }
            channels.open(id, base);
        }
        audience.beforeEvents(id);
        if (came != null && !came.isEmpty()) {
            receive(came);
        }
    }

    /** The seq before the first event since the last comparison; below zero where there is none. */
    private long baseInLog(ChannelId id) {
        try {
            return log.firstSince(id, comparedAt - OVERLAP.toMillis()) - 1;
        } catch (LogUnavailableException e) {
            LOG.log(Level.DEBUG, "KULKUL0661D " + id + " begins with what came: " + e.getMessage());
            return -1;
        }
    }

    private void fillIn(ChannelId id, Duration later) {
        synchronized (opening) {
            if (!filling.add(id)) {
                return;
            }
        }
        later(() -> fillIn(id), later);
    }

    /** Reads what is missing. */
    private void fillIn(ChannelId id) {
        synchronized (opening) {
            filling.remove(id);
        }
        try {
            for (Channels.Missing missing = channels.missing(id); missing != null; missing = channels.missing(id)) {
                List<PlacedEvent> read = log.read(id, missing.from(), missing.to(), MAX_READ);
                long first = read.isEmpty() ? missing.to() + 1 : read.get(0).seq();
                if (first > missing.from()) {
                    channels.skipTo(id, first - 1);
                }
                audience.beforeEvents(id);
                channels.take(id, read);
            }
        } catch (LogUnavailableException e) {
            LOG.log(Level.DEBUG, "KULKUL0662D " + id + " waits for the database: " + e.getMessage());
            fillIn(id, RETRY);
        }
    }

    @Override
    public void read(ChannelId id, long from, long to, Consumer<List<Event>> then) {
        execute(() -> {
            try {
                then.accept(log.read(id, from, to, MAX_READ).stream()
                        .map(channels::eventOf)
                        .toList());
            } catch (LogUnavailableException e) {
                LOG.log(Level.DEBUG, "KULKUL0662D " + id + " waits for the database: " + e.getMessage());
                later(() -> read(id, from, to, then), RETRY);
            }
        });
    }

    /**
     * Compares how far the channels have come here and in the database, on another thread; does nothing while that is still going on.
     */
    public void compare() {
        synchronized (opening) {
            if (comparing) {
                return;
            }
            comparing = true;
        }
        execute(this::compareNow);
    }

    private void compareNow() {
        try {
            long began = clock.millis();
            for (ChannelHead head : log.changedSince(comparedAt - OVERLAP.toMillis())) {
                ChannelId id = head.channel();
                if (channels.isOpen(id)) {
                    if (channels.know(id, head.head())) {
                        fillIn(id, PATIENCE);
                    }
                } else if (!channels.durable(id) || !wanted(id)) {
                    passed.asMap().merge(id, head.head(), Math::max);
                } else if (passed.asMap().getOrDefault(id, 0L) < head.head()) {
                    openToCompare(id, head.head());
                }
            }
            comparedAt = began;
            failing = false;
        } catch (LogUnavailableException e) {
            failing = true;
            LOG.log(Level.DEBUG, "KULKUL0663D the channels cannot be compared: " + e.getMessage());
        } finally {
            synchronized (opening) {
                comparing = false;
            }
        }
    }

    private void openToCompare(ChannelId id, long head) {
        synchronized (opening) {
            if (opening.putIfAbsent(id, new ArrayList<>()) != null) {
                return;
            }
        }
        open(id);
        if (channels.know(id, head)) {
            fillIn(id, PATIENCE);
        }
    }

    /** Whether the database did not answer when the channels were last compared. */
    public boolean failing() {
        return failing;
    }

    private void execute(Runnable task) {
        try {
            readers.execute(task);
        } catch (RejectedExecutionException stopping) {
            LOG.log(Level.DEBUG, "KULKUL0664D no thread for the database: " + stopping.getMessage());
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for it, and execute() lets nothing out
    private void later(Runnable task, Duration delay) {
        try {
            timer.schedule(() -> execute(task), delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException stopping) {
            LOG.log(Level.DEBUG, "KULKUL0665D no timer to read the database later: " + stopping.getMessage());
        }
    }

    /** Who wants what is published to certain channels without having subscribed. */
    public interface Audience {

        /** Whether anybody here is meant by the channel. */
        boolean wants(ChannelId id);

        /** Events of the channel, which is live, are about to be offered: whoever is meant by it has to be subscribed before. */
        void beforeEvents(ChannelId id);
    }
}
