package io.kulkul.core.hub;

import io.kulkul.core.bus.BusListener;
import io.kulkul.core.bus.EventBus;
import io.kulkul.core.bus.Member;
import io.kulkul.core.bus.Members;
import io.kulkul.core.bus.Notice;
import io.kulkul.core.bus.Questions;
import io.kulkul.core.bus.Voice;
import io.kulkul.core.eventlog.PlacedEvent;
import io.kulkul.core.json.JsonException;
import io.kulkul.core.json.JsonObjectWriter;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * This instance among the others: gives a life sign once a second, hears theirs, and passes on what comes by the bus.
 *
 * <p>Everything that instances tell each other beside events is a notice, whose kind says who has to hear it. A notice that cannot be read is
 * logged and has no effect: it may be another version's, or somebody else's. Thread-safe.
 */
final class Cluster implements BusListener {

    static final String ALIVE = "alive";
    static final String BYE = "bye";

    private static final System.Logger LOG = System.getLogger(Cluster.class.getName());

    private final EventBus bus;
    private final Voice voice;
    private final Supplier<Member> self;
    private final Incoming incoming;
    private final Members members;
    private final Questions<Outcome> questions;
    private final SharedUserCounts users;
    private final SharedRevocations revocations;
    private final SharedStatistics statistics;
    private final RemoteReading reading;
    private final Map<String, Hearer> hearers = new HashMap<>();
    private final Object lifeSigns = new Object();

    /** Whether the goodbye has been said, after which no life sign may follow; guarded by {@code lifeSigns}. */
    private boolean left;

    Cluster(
            EventBus bus,
            Voice voice,
            Supplier<Member> self,
            Incoming incoming,
            Members members,
            Questions<Outcome> questions,
            SharedUserCounts users,
            SharedRevocations revocations,
            SharedStatistics statistics,
            RemoteReading reading,
            ClusterCommands commands) {
        this.bus = bus;
        this.voice = voice;
        this.self = self;
        this.incoming = incoming;
        this.members = members;
        this.questions = questions;
        this.users = users;
        this.revocations = revocations;
        this.statistics = statistics;
        this.reading = reading;
        hearers.put(ALIVE, this::alive);
        hearers.put(BYE, (from, sender, notice) -> left(sender));
        hearers.put(SharedUserCounts.CHANGES, (from, sender, notice) -> users.changes(sender, notice));
        hearers.put(SharedUserCounts.WANTED, (from, sender, notice) -> users.wanted(sender));
        hearers.put(SharedUserCounts.ALL, (from, sender, notice) -> users.all(sender, notice));
        hearers.put(SharedRevocations.WANTED, (from, sender, notice) -> revocations.wanted(sender));
        hearers.put(SharedRevocations.ALL, (from, sender, notice) -> revocations.all(sender, notice));
        hearers.put(SharedStatistics.STATISTICS, (from, sender, notice) -> statistics.heard(sender, notice));
        hearers.put(RemoteReading.QUESTION, (from, sender, notice) -> reading.question(sender, notice));
        hearers.put(RemoteReading.ANSWER, (from, sender, notice) -> reading.answer(sender, notice));
        hearers.put(ClusterCommands.COMMAND, commands::command);
        hearers.put(ClusterCommands.ANSWER, (from, sender, notice) -> commands.answer(sender, notice));
    }

    /** Begins to hear the others, and makes itself known. */
    void start() {
        bus.start(this);
        giveLifeSign(true);
    }

    /** Looks who is gone, and gives a life sign. Called about once a second. */
    void tick() {
        for (Member gone : members.expire()) {
            users.forget(gone.incarnation());
            revocations.forget(gone.incarnation());
            statistics.forget(gone.incarnation());
        }
        members.doubtful().forEach(silent -> users.forget(silent.incarnation()));
        giveLifeSign(false);
    }

    /** Says goodbye; called once. */
    void leave() {
        synchronized (lifeSigns) {
            left = true;
            voice.send(BYE, voice.begin());
        }
        users.stop();
    }

    /** Ends the connection to the others. */
    void stop() {
        questions.stop();
        reading.stop();
        bus.stop();
    }

    /** This instance and the others that are alive, by their names. */
    List<Member> instances() {
        List<Member> all = new ArrayList<>(members.others());
        all.add(self.get());
        all.sort(Comparator.comparing(Member::name).thenComparing(Member::started));
        return all;
    }

    /**
     * Says that this instance is there.
     *
     * @param first whether the others cannot know yet, and should make themselves known at once
     */
    void giveLifeSign(boolean first) {
        Member now = self.get();
        synchronized (lifeSigns) {
            if (!left) {
                JsonObjectWriter notice = voice.begin()
                        .number("started", now.started())
                        .string("version", now.version())
                        .number("connections", now.connections())
                        .bool("draining", now.draining())
                        .number("users", users.number())
                        .number("revocations", revocations.number())
                        .bool("first", first);
                voice.send(ALIVE, notice);
            }
        }
    }

    private void alive(String from, String sender, Notice notice) throws JsonException {
        Member member = new Member(
                from,
                sender,
                notice.number("started"),
                notice.textOrNull("version"),
                (int) notice.number("connections"),
                notice.flag("draining"));
        long usersNumber = notice.number("users");
        long revocationsNumber = notice.number("revocations");
        members.alive(member);
        if (notice.flag("first")) {
            giveLifeSign(false);
        }
        if (member.draining()) {
            // Its clients are on their way to other instances, where they must not be kept out by their own old
            // connections.
            users.forget(sender);
        } else {
            users.alive(sender, usersNumber);
        }
        revocations.alive(sender, revocationsNumber);
    }

    private void left(String incarnation) {
        members.left(incarnation);
        users.forget(incarnation);
        revocations.forget(incarnation);
        statistics.forget(incarnation);
        questions.left(incarnation);
        reading.left(incarnation);
    }

    @Override
    public void events(List<PlacedEvent> events) {
        incoming.events(events);
    }

    @Override
    public void notice(String from, String kind, String json) {
        Hearer hearer = hearers.get(kind);
        if (hearer == null) {
            LOG.log(Level.DEBUG, () -> "KULKUL0527D instance " + from + " sent a notice of the unknown kind " + kind);
            return;
        }
        try {
            hear(hearer, from, Notice.of(json));
        } catch (JsonException e) {
            LOG.log(
                    Level.WARNING,
                    () -> "KULKUL0524W a notice (" + kind + ") from instance " + from + " is skipped: " + e.reason());
        } catch (RuntimeException bug) {
            LOG.log(Level.ERROR, "KULKUL0526E a notice (" + kind + ") from instance " + from + " failed", bug);
        }
    }

    private void hear(Hearer hearer, String from, Notice notice) throws JsonException {
        String sender = notice.text(Voice.SENDER);
        String receiver = notice.textOrNull(Voice.RECEIVER);
        boolean mine = receiver == null || receiver.equals(voice.incarnation());
        if (mine && !sender.equals(voice.incarnation())) {
            hearer.heard(from, sender, notice);
        }
    }

    /** Hears one kind of notice. */
    @FunctionalInterface
    private interface Hearer {
        /**
         * Hears.
         *
         * @param from the other instance's name
         * @param sender its incarnation
         */
        void heard(String from, String sender, Notice notice) throws JsonException;
    }
}
