package io.kulkul.core.testkit;

import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.Draft;
import io.kulkul.core.eventlog.DurableLog;
import io.kulkul.core.eventlog.LogUnavailableException;
import io.kulkul.core.eventlog.PlacedEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A database log in memory that several hubs of a test share, and that is away when the test says so. Confined to the test's thread. */
public final class FakeDurableLog implements DurableLog {

    public static final String EPOCH = "db-epoch";

    private final TestTime time;
    private final Map<ChannelId, List<PlacedEvent>> events = new LinkedHashMap<>();
    private final Map<ChannelId, Integer> heads = new HashMap<>();
    private final List<Draft> outbox = new ArrayList<>();
    private final List<Draft> uncommitted = new ArrayList<>();
    private boolean away;
    private boolean losesAnswers;
    private @Nullable String refused;
    private int appends;
    private int reads;

    public FakeDurableLog(TestTime time) {
        this.time = time;
    }

    /** From now on it answers nothing. */
    public void goAway() {
        away = true;
    }

    /** Answers again. */
    public void comeBack() {
        away = false;
        losesAnswers = false;
    }

    /** From now on it commits, and is lost before it says so. */
    public void loseAnswers() {
        losesAnswers = true;
    }

    /** From now on it cannot take events with this payload. */
    public void refuse(String payload) {
        refused = payload;
    }

    /** How many transactions appended. */
    public int appends() {
        return appends;
    }

    /** How often events were read. */
    public int reads() {
        return reads;
    }

    /** Deletes the channel's events up to this seq. */
    public void delete(String channel, long to) {
        stored(new ChannelId("", channel)).removeIf(event -> event.seq() <= to);
    }

    /** The payloads of the channel's events. */
    public List<String> payloads(String channel) {
        return stored(new ChannelId("", channel)).stream()
                .map(event -> event.draft().payload())
                .toList();
    }

    /** The transaction of what was submitted commits. */
    public void commit() {
        outbox.addAll(uncommitted);
        uncommitted.clear();
    }

    /** The transaction of what was submitted is rolled back. */
    public void rollBack() {
        uncommitted.clear();
    }

    /** A foreign program inserts a row into the outbox. */
    public void insert(Draft draft) {
        outbox.add(draft);
    }

    private List<PlacedEvent> stored(ChannelId channel) {
        return events.computeIfAbsent(channel, id -> new ArrayList<>());
    }

    private void answer() throws LogUnavailableException {
        if (away) {
            throw new LogUnavailableException("away", false, null);
        }
    }

    @Override
    public String epoch() {
        return EPOCH;
    }

    @Override
    public List<Stored> append(List<Draft> drafts, boolean again) throws LogUnavailableException {
        answer();
        appends++;
        if (drafts.stream().anyMatch(draft -> draft.payload().equals(refused))) {
            throw new IllegalStateException("refused");
        }
        List<Stored> stored = new ArrayList<>();
        for (Draft draft : drafts) {
            stored.add(append(draft, again));
        }
        if (losesAnswers) {
            throw new LogUnavailableException("lost", true, null);
        }
        return stored;
    }

    private Stored append(Draft draft, boolean again) {
        for (PlacedEvent earlier : stored(draft.channel())) {
            if (again && earlier.draft().id().equals(draft.id())) {
                return new Stored(earlier, false);
            }
            if (draft.key() != null && draft.key().equals(earlier.draft().key())) {
                return new Stored(earlier, true);
            }
        }
        int seq = heads.merge(draft.channel(), 1, Integer::sum);
        PlacedEvent placed = new PlacedEvent(draft, EPOCH, seq, time.millis());
        stored(draft.channel()).add(placed);
        return new Stored(placed, false);
    }

    @Override
    public long head(ChannelId channel) throws LogUnavailableException {
        answer();
        return heads.getOrDefault(channel, 0);
    }

    @Override
    public List<PlacedEvent> read(ChannelId channel, long from, long to, int limit) throws LogUnavailableException {
        answer();
        reads++;
        return stored(channel).stream()
                .filter(event -> event.seq() >= from && event.seq() <= to)
                .limit(limit)
                .toList();
    }

    @Override
    public List<ChannelHead> changedSince(long timestamp) throws LogUnavailableException {
        answer();
        List<ChannelHead> changed = new ArrayList<>();
        events.forEach((channel, stored) -> {
            PlacedEvent last = last(stored);
            if (last != null && last.timestamp() >= timestamp) {
                changed.add(new ChannelHead(channel, last.seq(), last.timestamp()));
            }
        });
        return changed;
    }

    private static @Nullable PlacedEvent last(List<PlacedEvent> stored) {
        return stored.isEmpty() ? null : stored.get(stored.size() - 1);
    }

    @Override
    public long firstSince(ChannelId channel, long timestamp) throws LogUnavailableException {
        answer();
        return stored(channel).stream()
                .filter(event -> event.timestamp() >= timestamp)
                .mapToLong(PlacedEvent::seq)
                .findFirst()
                .orElse(0);
    }

    @Override
    public void submit(Draft draft) throws LogUnavailableException {
        answer();
        uncommitted.add(draft);
    }

    @Override
    public Relayed relay(int max) throws LogUnavailableException {
        answer();
        List<Stored> stored = new ArrayList<>();
        List<Draft> unlogged = new ArrayList<>();
        for (int i = 0; i < max && !outbox.isEmpty(); i++) {
            Draft draft = Objects.requireNonNull(outbox.remove(0));
            if (draft.channel().namespace().equals("plain")) {
                unlogged.add(draft);
            } else {
                stored.add(append(draft, false));
            }
        }
        return new Relayed(stored, unlogged, !outbox.isEmpty());
    }

    @Override
    public int discard(int max) {
        return 0;
    }

    @Override
    public long pending() {
        return outbox.size();
    }
}
