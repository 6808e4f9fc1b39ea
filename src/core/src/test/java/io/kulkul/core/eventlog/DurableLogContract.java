package io.kulkul.core.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kulkul.core.eventlog.DurableLog.ChannelHead;
import io.kulkul.core.eventlog.DurableLog.Relayed;
import io.kulkul.core.eventlog.DurableLog.Stored;
import io.kulkul.core.testkit.TestTime;
import io.kulkul.core.testkit.Together;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the database log promises; each database's test extends this. */
abstract class DurableLogContract {

    private static final ChannelId ORDERS = new ChannelId("acme", "orders:1");
    private static final Retention RETENTION = new Retention(3, Duration.ofMinutes(10));

    private final TestTime time = new TestTime();
    private final EventIds ids = new EventIds(Clock.systemUTC(), new Random(1));
    private DataSource dataSource;
    private JdbcEventLog log;

    /** Leads to a schema without any table. */
    abstract DataSource emptySchema() throws SQLException;

    @BeforeEach
    void open() throws Exception {
        dataSource = emptySchema();
        log = instance();
    }

    private JdbcEventLog instance() throws LogUnavailableException {
        return instance(dataSource);
    }

    private JdbcEventLog instance(DataSource connections) throws LogUnavailableException {
        return JdbcEventLog.open(connections, Runnable::run, DurableLogContract::options, ids::next, time);
    }

    private static LogOptions options(ChannelId channel) {
        return new LogOptions(RETENTION, !channel.namespace().equals("fleeting"));
    }

    private Draft draft(ChannelId channel, String name) {
        return new Draft(channel, name, "{\"a\":1}", ids.next(), null, "c-1", "alice");
    }

    private Draft keyed(ChannelId channel, String key) {
        return new Draft(channel, "keyed", "1", ids.next(), key, null, null);
    }

    private List<Draft> drafts(ChannelId channel, int count) {
        return IntStream.range(0, count).mapToObj(i -> draft(channel, "e" + i)).toList();
    }

    private static List<PlacedEvent> all(DurableLog log, ChannelId channel) throws LogUnavailableException {
        return log.read(channel, 1, Long.MAX_VALUE, Integer.MAX_VALUE);
    }

    private List<Long> seqs(ChannelId channel) throws LogUnavailableException {
        return all(log, channel).stream().map(PlacedEvent::seq).toList();
    }

    private static List<Long> oneTo(long last) {
        return LongStream.rangeClosed(1, last).boxed().toList();
    }

    private static List<Long> seqs(List<Stored> stored) {
        return stored.stream().map(one -> one.event().seq()).toList();
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long count(String table) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT COUNT(*) FROM " + table)) {
            result.next();
            return result.getLong(1);
        }
    }

    private void insertForeign(String channel, String event, String payload) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO kulkul_outbox (tenant, channel, event, payload) VALUES ('acme', ?, ?, ?)")) {
            insert.setString(1, channel);
            insert.setString(2, event);
            insert.setString(3, payload);
            insert.executeUpdate();
        }
    }

    // Positions

    @Test
    void eventsOfAChannelCountFromOne() throws Exception {
        List<Stored> stored = log.append(drafts(ORDERS, 3), false);

        assertThat(seqs(stored)).containsExactly(1L, 2L, 3L);
        assertThat(stored).allMatch(one -> one.event().epoch().equals(log.epoch()) && !one.duplicate());
        assertThat(log.head(ORDERS)).isEqualTo(3);
    }

    @Test
    void whatIsReadIsWhatWasAppended() throws Exception {
        Draft rich = new Draft(ORDERS, "größe", "{\"a\":\"\\u0000 😀\"}", ids.next(), null, "c\\-1", "a\"b'c,{}");
        Draft bare = new Draft(ORDERS, "x", "null", ids.next(), null, null, null);

        List<Stored> stored = log.append(List.of(rich, bare), false);

        assertThat(all(log, ORDERS))
                .containsExactlyElementsOf(stored.stream().map(Stored::event).toList());
    }

    @Test
    void aPayloadOfSixteenMebibytesIsKept() throws Exception {
        String payload = "\"" + "x".repeat(1 << 24) + "\"";

        log.append(List.of(new Draft(ORDERS, "big", payload, ids.next(), null, null, null)), false);

        assertThat(all(log, ORDERS).get(0).draft().payload().equals(payload)).isTrue();
    }

    @Test
    void channelsOfTwoTenantsAreTwo() throws Exception {
        log.append(drafts(ORDERS, 2), false);
        ChannelId other = new ChannelId("", ORDERS.name());
        log.append(drafts(other, 1), false);

        assertThat(log.head(other)).isEqualTo(1);
        assertThat(log.head(new ChannelId("nobody", ORDERS.name()))).isZero();
    }

    @Test
    void timesOfAChannelNeverGoBack() throws Exception {
        log.append(drafts(ORDERS, 1), false);
        time.setMillis(TestTime.START - 5000);
        log.append(drafts(ORDERS, 1), false);

        assertThat(all(log, ORDERS)).allMatch(event -> event.timestamp() == TestTime.START);
    }

    @Test
    void allInstancesHaveOneCounting() throws Exception {
        JdbcEventLog other = instance();
        log.append(drafts(ORDERS, 2), false);

        assertThat(seqs(other.append(drafts(ORDERS, 2), false))).containsExactly(3L, 4L);
        assertThat(other.epoch()).isEqualTo(log.epoch());
    }

    @Test
    void manyThreadsAndInstancesLeaveNoHole() throws Exception {
        int channels = 200;
        int batches = 15;
        List<JdbcEventLog> instances = List.of(log, instance(), instance());

        Together.run(IntStream.range(0, 6)
                .mapToObj(
                        thread -> (Runnable) () -> appendAtRandom(instances.get(thread % 3), thread, channels, batches))
                .toArray(Runnable[]::new));

        long events = 0;
        for (int i = 0; i < channels; i++) {
            ChannelId channel = new ChannelId("", "many:" + i);
            List<Long> seqs = seqs(channel);
            assertThat(seqs).isEqualTo(oneTo(log.head(channel)));
            events += seqs.size();
        }
        assertThat(events).isEqualTo(6L * batches * 40);
    }

    private void appendAtRandom(JdbcEventLog instance, int seed, int channels, int batches) {
        Random random = new Random(seed);
        try {
            for (int i = 0; i < batches; i++) {
                instance.append(
                        IntStream.range(0, 40)
                                .mapToObj(e -> draft(new ChannelId("", "many:" + random.nextInt(channels)), "e"))
                                .toList(),
                        false);
            }
        } catch (LogUnavailableException e) {
            throw new AssertionError(e);
        }
    }

    // Keys

    @Test
    void aKeyIsPublishedOnce() throws Exception {
        Draft first = keyed(ORDERS, "k");
        log.append(List.of(first), false);

        List<Stored> stored = instance().append(List.of(keyed(ORDERS, "k"), keyed(ORDERS, "other")), false);

        assertThat(stored.get(0).duplicate()).isTrue();
        assertThat(stored.get(0).event()).isEqualTo(new PlacedEvent(first, log.epoch(), 1, TestTime.START));
        assertThat(seqs(stored)).containsExactly(1L, 2L);
    }

    @Test
    void ofTwoWithOneKeyInABatchTheFirstCounts() throws Exception {
        Draft first = keyed(ORDERS, "k");

        List<Stored> stored = log.append(List.of(first, keyed(ORDERS, "k"), draft(ORDERS, "e")), false);

        assertThat(seqs(stored)).containsExactly(1L, 1L, 2L);
        assertThat(stored.get(1)).isEqualTo(new Stored(stored.get(0).event(), true));
    }

    @Test
    void aKeyIsOfItsChannelAlone() throws Exception {
        log.append(List.of(keyed(ORDERS, "k")), false);

        assertThat(log.append(List.of(keyed(new ChannelId("acme", "orders:2"), "k")), false))
                .noneMatch(Stored::duplicate);
    }

    @Test
    void aKeyIsForgottenAfterItsLifetime() throws Exception {
        log.append(List.of(keyed(ORDERS, "k")), false);
        time.advance(IdempotencyKeys.LIFETIME);

        assertThat(log.append(List.of(keyed(ORDERS, "k")), false)).noneMatch(Stored::duplicate);
        assertThat(count("kulkul_key")).isEqualTo(1);
    }

    @Test
    void aKeyOutlivesItsEvent() throws Exception {
        Draft first = keyed(ORDERS, "k");
        log.append(List.of(first), false);
        execute("DELETE FROM kulkul_event");

        Stored stored = log.append(List.of(keyed(ORDERS, "k")), false).get(0);

        assertThat(stored.duplicate()).isTrue();
        assertThat(stored.event().seq()).isEqualTo(1);
        assertThat(stored.event().draft().id()).isEqualTo(first.id());
    }

    // Failures

    @Test
    void whatWasCommittedWithoutAnAnswerIsNotAppendedAgain() throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        DataSource connections = SpoiltConnections.of(dataSource, (connection, method, call) -> {
            Object result = call.proceed();
            if (method.equals("commit") && broken.getAndSet(false)) {
                throw SpoiltConnections.lost();
            }
            return result;
        });
        JdbcEventLog other = instance(connections);
        other.append(drafts(ORDERS, 1), false);
        List<Draft> drafts = List.of(draft(ORDERS, "e"), keyed(ORDERS, "k"));
        broken.set(true);

        LogUnavailableException failure =
                catchThrowableOfType(LogUnavailableException.class, () -> other.append(drafts, false));
        log.append(drafts(ORDERS, 1), false);
        List<Stored> stored = other.append(drafts, true);

        assertThat(failure.outcomeUnknown()).isTrue();
        assertThat(seqs(stored)).containsExactly(2L, 3L);
        assertThat(stored).noneMatch(Stored::duplicate);
        assertThat(seqs(ORDERS)).isEqualTo(oneTo(4));
    }

    @Test
    void whatWasNotCommittedIsAppendedWhenItIsTriedAgain() throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        DataSource connections = SpoiltConnections.of(dataSource, (connection, method, call) -> {
            if (method.equals("commit") && broken.getAndSet(false)) {
                throw SpoiltConnections.lost();
            }
            return call.proceed();
        });
        JdbcEventLog other = instance(connections);
        other.append(drafts(ORDERS, 1), false);
        List<Draft> drafts = drafts(ORDERS, 2);
        broken.set(true);

        LogUnavailableException failure =
                catchThrowableOfType(LogUnavailableException.class, () -> other.append(drafts, false));

        assertThat(failure.outcomeUnknown()).isTrue();
        assertThat(seqs(other.append(drafts, true))).containsExactly(2L, 3L);
    }

    @Test
    void aFailureBeforeTheCommitIsKnownToHaveWrittenNothing() throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        DataSource connections = SpoiltConnections.of(dataSource, (connection, method, call) -> {
            if (method.equals("prepareStatement") && broken.get()) {
                throw SpoiltConnections.lost();
            }
            return call.proceed();
        });
        JdbcEventLog other = instance(connections);
        broken.set(true);

        LogUnavailableException failure =
                catchThrowableOfType(LogUnavailableException.class, () -> other.append(drafts(ORDERS, 1), false));

        assertThat(failure.outcomeUnknown()).isFalse();
        assertThat(log.head(ORDERS)).isZero();
    }

    @Test
    void aFailureAfterTheCommitIsNoFailure() throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        DataSource connections = SpoiltConnections.of(dataSource, (connection, method, call) -> {
            Object result = call.proceed();
            if (method.equals("close") && broken.get()) {
                throw SpoiltConnections.lost();
            }
            return result;
        });
        JdbcEventLog other = instance(connections);
        broken.set(true);

        assertThat(seqs(other.append(drafts(ORDERS, 1), false))).containsExactly(1L);
    }

    @Test
    void aTextThatNoDatabaseKeepsIsRefusedBeforeAnythingIsDone() {
        Draft zero = new Draft(ORDERS, "a\0b", "1", ids.next(), null, null, null);

        assertThatIllegalArgumentException().isThrownBy(() -> log.append(List.of(draft(ORDERS, "fine"), zero), false));
    }

    @Test
    void rowsThatAreGoneAreNoticed() throws Exception {
        log.append(drafts(ORDERS, 1), false);
        execute("DELETE FROM kulkul_channel");

        LogUnavailableException failure =
                catchThrowableOfType(LogUnavailableException.class, () -> log.append(drafts(ORDERS, 1), false));

        assertThat(failure.outcomeUnknown()).isFalse();
        execute("DELETE FROM kulkul_event");
        assertThat(seqs(log.append(drafts(ORDERS, 1), false))).containsExactly(1L);
    }

    // Reading

    @Test
    void readGivesTheOldestOfTheRange() throws Exception {
        log.append(drafts(ORDERS, 10), false);

        assertThat(log.read(ORDERS, 3, 8, 4).stream().map(PlacedEvent::seq)).containsExactly(3L, 4L, 5L, 6L);
        assertThat(log.read(ORDERS, 11, 20, 4)).isEmpty();
        assertThat(log.read(new ChannelId("acme", "never"), 1, 9, 9)).isEmpty();
    }

    @Test
    void aChannelIsReadOnAnInstanceThatNeverSawIt() throws Exception {
        JdbcEventLog other = instance();
        assertThat(all(other, ORDERS)).isEmpty();
        log.append(drafts(ORDERS, 2), false);

        assertThat(all(other, ORDERS)).isEqualTo(all(log, ORDERS));
    }

    @Test
    void channelsThatChangedAreToldWithTheirHeads() throws Exception {
        log.append(drafts(ORDERS, 2), false);
        time.advance(Duration.ofSeconds(1));
        ChannelId later = new ChannelId("", "later");
        log.append(drafts(later, 1), false);

        assertThat(log.changedSince(TestTime.START + 1)).containsExactly(new ChannelHead(later, 1, time.millis()));
        assertThat(log.changedSince(TestTime.START)).hasSize(2);
    }

    @Test
    void firstSinceIsTheOldestOfThatTime() throws Exception {
        log.append(drafts(ORDERS, 2), false);
        time.advance(Duration.ofSeconds(1));
        log.append(drafts(ORDERS, 2), false);

        assertThat(log.firstSince(ORDERS, TestTime.START)).isEqualTo(1);
        assertThat(log.firstSince(ORDERS, TestTime.START + 1)).isEqualTo(3);
        assertThat(log.firstSince(ORDERS, TestTime.START + 1001)).isZero();
        assertThat(log.firstSince(new ChannelId("", "never"), 0)).isZero();
    }

    // Retention

    @Test
    void eventsBeyondTheSizeGoOnceTheGraceIsOver() throws Exception {
        log.append(drafts(ORDERS, 5), false);
        assertThat(log.discard(100)).isZero();

        time.advance(LogCleaner.GRACE);

        assertThat(log.discard(100)).isEqualTo(2);
        assertThat(seqs(ORDERS)).containsExactly(3L, 4L, 5L);
        assertThat(log.discard(100)).isZero();
    }

    @Test
    void eventsGoAfterTheirTimeAndTheCountingGoesOn() throws Exception {
        log.append(drafts(ORDERS, 2), false);
        time.advance(RETENTION.ttl());

        assertThat(log.discard(100)).isEqualTo(2);
        assertThat(log.head(ORDERS)).isEqualTo(2);
        assertThat(seqs(log.append(drafts(ORDERS, 1), false))).containsExactly(3L);
    }

    /** What {@code docs/cluster.md} has operators do while no instance runs. */
    private static List<String> statementsThatLetRowsGo() throws IOException {
        Path page = Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("../../docs/cluster.md");
        return Files.readAllLines(page).stream()
                .filter(line -> line.startsWith("DELETE FROM kulkul_"))
                .toList();
    }

    @Test
    void rowsOfChannelsWithoutEventsMayGoWithTheEpoch() throws Exception {
        ChannelId living = new ChannelId("acme", "orders:2");
        log.append(drafts(ORDERS, 2), false);
        time.advance(RETENTION.ttl());
        log.append(drafts(living, 2), false);
        log.discard(100);

        assertThat(statementsThatLetRowsGo()).hasSize(2);
        for (String statement : statementsThatLetRowsGo()) {
            execute(statement);
        }

        JdbcEventLog later = instance();
        assertThat(later.epoch()).isNotEqualTo(log.epoch());
        assertThat(later.head(ORDERS)).isZero();
        assertThat(seqs(later.append(drafts(ORDERS, 1), false))).containsExactly(1L);
        assertThat(all(later, living)).extracting(PlacedEvent::seq).containsExactly(1L, 2L);
        assertThat(seqs(later.append(drafts(living, 1), false))).containsExactly(3L);
    }

    @Test
    void discardStopsAtItsMost() throws Exception {
        for (int i = 0; i < 5; i++) {
            log.append(drafts(new ChannelId("", "c:" + i), 7), false);
        }
        time.advance(LogCleaner.GRACE);

        assertThat(log.discard(10)).isEqualTo(10);
        assertThat(log.discard(100)).isEqualTo(10);
    }

    @Test
    void moreThanOneTransactionsWorthIsDiscarded() throws Exception {
        log.append(drafts(ORDERS, 3500), false);
        time.advance(RETENTION.ttl());

        assertThat(log.discard(10_000)).isEqualTo(3500);
    }

    @Test
    void manyChannelsAreLookedAt() throws Exception {
        List<Draft> drafts = new ArrayList<>();
        for (int i = 0; i < 2300; i++) {
            drafts.add(draft(new ChannelId("", "c:" + i), "e"));
        }
        log.append(drafts, false);
        time.advance(RETENTION.ttl());

        assertThat(log.discard(10_000)).isEqualTo(2300);
        assertThat(count("kulkul_event")).isZero();
    }

    @Test
    void keysThatHadTheirTimeAreDeleted() throws Exception {
        log.append(List.of(keyed(ORDERS, "old")), false);
        time.advance(Duration.ofMinutes(1));
        log.append(List.of(keyed(ORDERS, "new")), false);
        time.advance(IdempotencyKeys.LIFETIME.minusMinutes(1));

        log.discard(100);

        assertThat(count("kulkul_key")).isEqualTo(1);
    }

    // Outbox

    @Test
    void aForeignRowIsMovedIntoTheLog() throws Exception {
        insertForeign("orders:1", "shipped", "{\"id\":7}");
        assertThat(log.pending()).isEqualTo(1);

        Relayed relayed = log.relay(10);

        assertThat(relayed.stored()).hasSize(1);
        PlacedEvent event = relayed.stored().get(0).event();
        assertThat(all(log, ORDERS)).containsExactly(event);
        assertThat(event.draft())
                .isEqualTo(
                        new Draft(ORDERS, "shipped", "{\"id\":7}", event.draft().id(), null, null, null));
        assertThat(relayed.more()).isFalse();
        assertThat(log.pending()).isZero();
        assertThat(count("kulkul_outbox")).isZero();
    }

    @Test
    void rowsAreMovedInTheOrderOfTheirNumbers() throws Exception {
        for (int i = 0; i < 25; i++) {
            insertForeign("orders:1", "e" + i, "1");
        }

        List<Stored> stored = new ArrayList<>(log.relay(10).stored());
        assertThat(stored).hasSize(10);
        Relayed second = log.relay(10);
        assertThat(second.more()).isTrue();
        stored.addAll(second.stored());
        stored.addAll(log.relay(10).stored());

        assertThat(stored.stream().map(one -> one.event().draft().name()))
                .containsExactlyElementsOf(
                        IntStream.range(0, 25).mapToObj(i -> "e" + i).toList());
        assertThat(log.relay(10)).isEqualTo(Relayed.NOTHING);
    }

    @Test
    void aSubmittedDraftKeepsItsIdAndKey() throws Exception {
        Draft draft = keyed(ORDERS, "k");
        log.submit(draft);

        Stored stored = log.relay(10).stored().get(0);

        assertThat(stored.event().draft()).isEqualTo(draft);
        assertThat(log.append(List.of(keyed(ORDERS, "k")), false)).allMatch(Stored::duplicate);
    }

    @Test
    void rowsOfNamespacesWithoutADatabaseLogAreHandedOut() throws Exception {
        Draft draft = draft(new ChannelId("acme", "fleeting:1"), "e");
        log.submit(draft);

        Relayed relayed = log.relay(10);

        assertThat(relayed.unlogged()).containsExactly(draft);
        assertThat(relayed.stored()).isEmpty();
        assertThat(log.head(draft.channel())).isZero();
        assertThat(count("kulkul_outbox")).isZero();
    }

    @Test
    void rowsThatCannotBePublishedAreSetAsideAndBlockNobody() throws Exception {
        insertForeign("no spaces", "e", "1");
        insertForeign("$sys:stats", "e", "1");
        insertForeign("orders:1", "", "1");
        insertForeign("orders:1", "e", "{broken");
        insertForeign("orders:1", "n".repeat(256), "1");
        execute(
                "INSERT INTO kulkul_outbox (tenant, channel, event, payload, event_id) VALUES ('', 'c', 'e', '1', 'x')");
        execute("INSERT INTO kulkul_outbox (tenant, channel, event, payload) VALUES ('a b', 'c', 'e', '1')");
        execute("INSERT INTO kulkul_outbox (channel, event, payload, idempotency_key) VALUES ('c', 'e', '1', '"
                + "k".repeat(129) + "')");
        insertForeign("orders:1", "good", "1");

        Relayed relayed = log.relay(100);

        assertThat(relayed.stored().stream().map(one -> one.event().draft().name()))
                .containsExactly("good");
        assertThat(log.pending()).isZero();
        assertThat(count("kulkul_outbox WHERE error IS NOT NULL")).isEqualTo(8);
        assertThat(log.relay(100)).isEqualTo(Relayed.NOTHING);
    }

    @Test
    void twoRelaysAtOnceMoveEachRowOnce() throws Exception {
        int rows = 150;
        for (int i = 0; i < rows; i++) {
            insertForeign("orders:" + i % 7, "e" + i, "1");
        }
        JdbcEventLog other = instance();
        List<Stored> stored = new CopyOnWriteArrayList<>();

        Together.run(() -> relayAll(log, stored), () -> relayAll(other, stored));

        assertThat(stored.stream().map(one -> one.event().draft().name()).distinct())
                .hasSize(rows);
        assertThat(stored).hasSize(rows);
        assertThat(count("kulkul_event")).isEqualTo(rows);
    }

    private static void relayAll(JdbcEventLog log, List<Stored> stored) {
        try {
            while (log.pending() > 0) {
                stored.addAll(log.relay(20).stored());
            }
        } catch (LogUnavailableException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void whileOneRelaysTheOtherGetsNothingAtOnce() throws Exception {
        insertForeign("orders:1", "e", "1");

        try (Connection holder = dataSource.getConnection();
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.executeQuery("SELECT id FROM kulkul_relay FOR UPDATE");
            assertThat(log.relay(10)).isEqualTo(Relayed.NOTHING);
            holder.rollback();
        }
        assertThat(log.relay(10).stored()).hasSize(1);
    }

    @Test
    void aRelayThatFailsMovesNothing() throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        DataSource connections = SpoiltConnections.of(dataSource, (connection, method, call) -> {
            if (method.equals("commit") && broken.getAndSet(false)) {
                throw SpoiltConnections.lost();
            }
            return call.proceed();
        });
        JdbcEventLog other = instance(connections);
        insertForeign("orders:1", "e", "1");
        broken.set(true);

        assertThatExceptionOfType(LogUnavailableException.class).isThrownBy(() -> other.relay(10));
        assertThat(log.head(ORDERS)).isZero();
        assertThat(other.relay(10).stored()).hasSize(1);
        assertThat(seqs(ORDERS)).containsExactly(1L);
    }

    @Test
    void appendsAndRelaysOfNewChannelsDoNotBlockOneAnother() throws Exception {
        JdbcEventLog other = instance();
        for (int i = 0; i < 300; i++) {
            insertForeign("many:" + i, "e", "1");
        }
        List<Stored> stored = Collections.synchronizedList(new ArrayList<>());

        Together.run(
                () -> relayAll(other, stored),
                () -> appendAtRandom(log, 1, 300, 10),
                () -> appendAtRandom(other, 2, 300, 10));

        assertThat(stored).hasSize(300);
        assertThat(count("kulkul_event")).isEqualTo(300 + 2 * 10 * 40);
    }

    /** A container's data source, inside a transaction, gives one connection to all and leaves the commit to itself. */
    private DataSource inATransaction(Connection shared) {
        return SpoiltConnections.of(dataSource, (connection, method, call) -> {
            connection.close();
            return switch (method) {
                case "close" -> null;
                case "prepareStatement" ->
                    shared.prepareStatement(
                            "INSERT INTO kulkul_outbox (tenant, channel, event, payload, event_id, idempotency_key, "
                                    + "correlation, publisher) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
                default -> throw new SQLException(method + " is the container's");
            };
        });
    }

    private void submitWithin(Connection transaction, Draft draft) throws Exception {
        AtomicBoolean within = new AtomicBoolean();
        DataSource container = inATransaction(transaction);
        DataSource switching = (DataSource) java.lang.reflect.Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {DataSource.class},
                (self, method, args) -> method.invoke(within.get() ? container : dataSource, args));
        JdbcEventLog instance = instance(switching);
        within.set(true);
        instance.submit(draft);
    }

    @Test
    void aSubmitEndsWithItsTransaction() throws Exception {
        Draft kept = draft(ORDERS, "kept");
        try (Connection transaction = dataSource.getConnection()) {
            transaction.setAutoCommit(false);
            submitWithin(transaction, draft(ORDERS, "undone"));
            transaction.rollback();
            submitWithin(transaction, kept);
            assertThat(log.relay(10)).isEqualTo(Relayed.NOTHING);
            transaction.commit();
        }

        assertThat(log.relay(10).stored().stream().map(one -> one.event().draft()))
                .containsExactly(kept);
    }

    // Tables

    @Test
    void instancesThatStartAtOnceMakeTheTablesOnce() throws Exception {
        DataSource empty = emptySchema();
        List<String> epochs = new CopyOnWriteArrayList<>();

        Together.run(Stream.generate(() -> (Runnable) () -> openInto(empty, epochs))
                .limit(3)
                .toArray(Runnable[]::new));

        assertThat(epochs).hasSize(3);
        assertThat(epochs.stream().distinct()).hasSize(1);
    }

    private void openInto(DataSource empty, List<String> epochs) {
        try {
            epochs.add(instance(empty).epoch());
        } catch (LogUnavailableException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theTablesLiveInAnApplicationsSchema() throws Exception {
        dataSource = emptySchema();
        execute("CREATE TABLE customer (id integer PRIMARY KEY)");

        JdbcEventLog besides = instance();

        assertThat(seqs(besides.append(drafts(ORDERS, 1), false))).containsExactly(1L);
        assertThat(instance().epoch()).isEqualTo(besides.epoch());
    }
}
