package io.kulkul.core.eventlog;

import static java.util.stream.Collectors.toSet;

import io.kulkul.core.eventlog.DurableLog.Stored;
import io.kulkul.core.eventlog.SqlDialect.ChannelRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Gives drafts their positions and inserts them, in the transaction of the given connection. Thread-safe. */
final class LogAppender {

    private final String epoch;
    private final Database database;
    private final ChannelIds channelIds;
    private final Clock clock;

    LogAppender(String epoch, Database database, ChannelIds channelIds, Clock clock) {
        this.epoch = epoch;
        this.database = database;
        this.channelIds = channelIds;
        this.clock = clock;
    }

    /** Appends in one transaction; before it, the channels that are new get their numbers in one of their own. */
    List<Stored> append(List<Draft> drafts, boolean again) throws LogUnavailableException {
        requireStorable(drafts);
        Set<ChannelId> channels = channels(drafts);
        Map<ChannelId, Long> known = channelIds.known(channels);
        Map<ChannelId, Long> ids = known.size() == channels.size()
                ? known
                : database.inTransaction(connection -> channelIds.findOrCreate(connection, channels));
        channelIds.remember(ids);
        return database.inTransaction(connection -> append(connection, ids, drafts, again));
    }

    static Set<ChannelId> channels(List<Draft> drafts) {
        return drafts.stream().map(Draft::channel).collect(toSet());
    }

    private static void requireStorable(List<Draft> drafts) {
        for (Draft draft : drafts) {
            if (!StorableText.isStorable(draft)) {
                throw new IllegalArgumentException("event " + draft.id() + " has a text that no database keeps");
            }
        }
    }

    /**
     * Appends in the connection's transaction, which ends with no lock but those of its own.
     *
     * @param ids the numbers of all channels
     */
    List<Stored> append(Connection connection, Map<ChannelId, Long> ids, List<Draft> drafts, boolean again)
            throws SQLException {
        Batch batch = new Batch(ids);
        batch.lock(connection, channels(drafts));
        if (again) {
            batch.findStored(connection, drafts);
        }
        batch.findKeys(connection, drafts);
        List<Stored> stored = new ArrayList<>(drafts.size());
        for (Draft draft : drafts) {
            stored.add(batch.place(draft));
        }
        batch.write(connection);
        return stored;
    }

    /** A key within its channel. */
    private record Key(long channel, String key) {}

    /** An event under its key, and how long that is remembered. */
    private record KeyUse(Key key, PlacedEvent event, long expires) {}

    /** Where one of a batch's events is kept, and which one it is. */
    private record Place(long channel, PlacedEvent event) {}

    /** One transaction's work. Confined to its thread. */
    private final class Batch {

        private final Map<ChannelId, Long> ids;
        private final Map<Long, ChannelRow> locked = new HashMap<>();
        private final Map<Long, ChannelRow> grown = new HashMap<>();
        private final Map<Key, KeyUse> keys = new HashMap<>();
        private final Map<String, PlacedEvent> storedBefore = new HashMap<>();
        private final List<Place> events = new ArrayList<>();
        private final List<KeyUse> newKeys = new ArrayList<>();
        private final List<Key> expiredKeys = new ArrayList<>();
        private long now;

        Batch(Map<ChannelId, Long> ids) {
            this.ids = ids;
        }

        private long id(ChannelId channel) {
            return Objects.requireNonNull(ids.get(channel));
        }

        void lock(Connection connection, Set<ChannelId> channels) throws SQLException {
            Long[] sorted = channels.stream().map(this::id).sorted().toArray(Long[]::new);
            database.dialect().lockChannels(connection, sorted, row -> locked.put(row.id(), row));
            if (locked.size() < sorted.length) {
                channelIds.forget();
                throw new SQLTransientException("rows of kulkul_channel are gone: was the database replaced?");
            }
            now = clock.millis();
        }

        /** Finds what an earlier attempt with the same drafts has written. */
        void findStored(Connection connection, List<Draft> drafts) throws SQLException {
            Map<String, Draft> byId = new HashMap<>();
            drafts.forEach(draft -> byId.put(draft.id(), draft));
            try (PreparedStatement select = Database.prepare(
                    connection, "SELECT id, seq, published, channel_id FROM kulkul_event WHERE id = ANY (?)")) {
                Database.setTexts(connection, select, 1, byId.keySet().toArray(String[]::new));
                try (ResultSet result = select.executeQuery()) {
                    while (result.next()) {
                        Draft draft = Objects.requireNonNull(byId.get(result.getString(1)));
                        if (result.getLong(4) == id(draft.channel())) {
                            storedBefore.put(
                                    draft.id(), new PlacedEvent(draft, epoch, result.getLong(2), result.getLong(3)));
                        }
                    }
                }
            }
        }

        void findKeys(Connection connection, List<Draft> drafts) throws SQLException {
            Map<Key, Draft> wanted = new HashMap<>();
            for (Draft draft : drafts) {
                if (draft.key() != null) {
                    wanted.putIfAbsent(new Key(id(draft.channel()), draft.key()), draft);
                }
            }
            if (wanted.isEmpty()) {
                return;
            }
            List<Key> asked = List.copyOf(wanted.keySet());
            try (PreparedStatement select = Database.prepare(
                    connection,
                    "SELECT k.channel_id, k.idempotency_key, k.seq, k.id, k.published, k.expires, "
                            + "e.event, e.payload, e.correlation, e.publisher "
                            + "FROM UNNEST(CAST(? AS bigint ARRAY), CAST(? AS varchar ARRAY)) "
                            + "AS wanted (channel_id, idempotency_key) "
                            + "JOIN kulkul_key k ON k.channel_id = wanted.channel_id "
                            + "AND k.idempotency_key = wanted.idempotency_key "
                            + "LEFT JOIN kulkul_event e ON e.channel_id = k.channel_id AND e.seq = k.seq")) {
                Database.setLongs(
                        connection, select, 1, asked.stream().map(Key::channel).toArray(Long[]::new));
                Database.setTexts(
                        connection, select, 2, asked.stream().map(Key::key).toArray(String[]::new));
                try (ResultSet result = select.executeQuery()) {
                    while (result.next()) {
                        Key key = new Key(result.getLong(1), result.getString(2));
                        keepKey(key, Objects.requireNonNull(wanted.get(key)), result);
                    }
                }
            }
        }

        private void keepKey(Key key, Draft asking, ResultSet result) throws SQLException {
            long expires = result.getLong(6);
            if (expires <= now) {
                expiredKeys.add(key);
                return;
            }
            String name = result.getString(7);
            // The event itself may be gone by now: then what is published under the same key stands for it.
            Draft draft = name == null
                    ? new Draft(
                            asking.channel(),
                            asking.name(),
                            asking.payload(),
                            result.getString(4),
                            asking.key(),
                            asking.correlation(),
                            asking.publisher())
                    : new Draft(
                            asking.channel(),
                            name,
                            result.getString(8),
                            result.getString(4),
                            asking.key(),
                            result.getString(9),
                            result.getString(10));
            keys.put(
                    key, new KeyUse(key, new PlacedEvent(draft, epoch, result.getLong(3), result.getLong(5)), expires));
        }

        /** Says where the draft is, and takes the channel's next position for it where it is new. */
        Stored place(Draft draft) {
            PlacedEvent before = storedBefore.get(draft.id());
            if (before != null) {
                return new Stored(before, false);
            }
            Key key = draft.key() == null ? null : new Key(id(draft.channel()), draft.key());
            KeyUse use = key == null ? null : keys.get(key);
            if (use != null) {
                // The same id: it was this draft, at an earlier attempt, whose event was deleted since.
                return new Stored(use.event(), !use.event().draft().id().equals(draft.id()));
            }
            return new Stored(append(draft, key), false);
        }

        private PlacedEvent append(Draft draft, @Nullable Key key) {
            long id = id(draft.channel());
            ChannelRow last = Objects.requireNonNull(grown.getOrDefault(id, locked.get(id)));
            ChannelRow next = new ChannelRow(id, last.head() + 1, Math.max(now, last.changed()));
            PlacedEvent event = new PlacedEvent(draft, epoch, next.head(), next.changed());
            grown.put(id, next);
            events.add(new Place(id, event));
            if (key != null) {
                KeyUse use = new KeyUse(key, event, event.timestamp() + IdempotencyKeys.LIFETIME.toMillis());
                keys.put(key, use);
                newKeys.add(use);
            }
            return event;
        }

        void write(Connection connection) throws SQLException {
            if (events.isEmpty()) {
                return;
            }
            insertEvents(connection);
            replaceKeys(connection);
            database.dialect().updateChannels(connection, List.copyOf(grown.values()));
        }

        private void insertEvents(Connection connection) throws SQLException {
            try (PreparedStatement insert = Database.prepare(
                    connection,
                    "INSERT INTO kulkul_event "
                            + "(channel_id, seq, published, id, event, payload, correlation, publisher) "
                            + "SELECT * FROM UNNEST(CAST(? AS bigint ARRAY), CAST(? AS bigint ARRAY), "
                            + "CAST(? AS bigint ARRAY), CAST(? AS varchar ARRAY), CAST(? AS varchar ARRAY), "
                            + "CAST(? AS text ARRAY), CAST(? AS varchar ARRAY), CAST(? AS text ARRAY))")) {
                Database.setLongs(connection, insert, 1, longs(events, Place::channel));
                Database.setLongs(
                        connection,
                        insert,
                        2,
                        longs(events, place -> place.event().seq()));
                Database.setLongs(
                        connection,
                        insert,
                        3,
                        longs(events, place -> place.event().timestamp()));
                setTexts(connection, insert, 4, Draft::id);
                setTexts(connection, insert, 5, Draft::name);
                setTexts(connection, insert, 6, Draft::payload);
                setTexts(connection, insert, 7, Draft::correlation);
                setTexts(connection, insert, 8, Draft::publisher);
                insert.executeUpdate();
            }
        }

        private void setTexts(
                Connection connection, PreparedStatement insert, int index, Function<Draft, @Nullable String> text)
                throws SQLException {
            @Nullable String[] texts = new @Nullable String[events.size()];
            for (int i = 0; i < texts.length; i++) {
                texts[i] = text.apply(events.get(i).event().draft());
            }
            Database.setTexts(connection, insert, index, texts);
        }

        private void replaceKeys(Connection connection) throws SQLException {
            if (!expiredKeys.isEmpty()) {
                deleteExpiredKeys(connection);
            }
            if (!newKeys.isEmpty()) {
                insertKeys(connection);
            }
        }

        private void deleteExpiredKeys(Connection connection) throws SQLException {
            try (PreparedStatement delete = Database.prepare(
                    connection, "DELETE FROM kulkul_key WHERE channel_id = ? AND idempotency_key = ?")) {
                for (Key key : expiredKeys) {
                    delete.setLong(1, key.channel());
                    delete.setString(2, key.key());
                    delete.addBatch();
                }
                delete.executeBatch();
            }
        }

        private void insertKeys(Connection connection) throws SQLException {
            try (PreparedStatement insert = Database.prepare(
                    connection,
                    "INSERT INTO kulkul_key (channel_id, seq, published, expires, idempotency_key, id) "
                            + "SELECT * FROM UNNEST(CAST(? AS bigint ARRAY), CAST(? AS bigint ARRAY), "
                            + "CAST(? AS bigint ARRAY), CAST(? AS bigint ARRAY), CAST(? AS varchar ARRAY), "
                            + "CAST(? AS varchar ARRAY))")) {
                Database.setLongs(
                        connection, insert, 1, longs(newKeys, use -> use.key().channel()));
                Database.setLongs(
                        connection, insert, 2, longs(newKeys, use -> use.event().seq()));
                Database.setLongs(
                        connection, insert, 3, longs(newKeys, use -> use.event().timestamp()));
                Database.setLongs(connection, insert, 4, longs(newKeys, KeyUse::expires));
                Database.setTexts(
                        connection,
                        insert,
                        5,
                        newKeys.stream().map(use -> use.key().key()).toArray(String[]::new));
                Database.setTexts(
                        connection,
                        insert,
                        6,
                        newKeys.stream().map(use -> use.event().draft().id()).toArray(String[]::new));
                insert.executeUpdate();
            }
        }
    }

    private static <T> Long[] longs(List<T> rows, Function<T, Long> value) {
        return rows.stream().map(value).toArray(Long[]::new);
    }
}
