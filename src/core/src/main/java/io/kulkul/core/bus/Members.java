package io.kulkul.core.bus;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Knows which other instances are alive: those that said so within the last {@link #SILENCE}. Thread-safe.
 *
 * <p>An instance is known by its incarnation, not by its name: two that were given the same name by mistake are two members, and the new
 * start of an instance that died is not taken for the dead one.
 */
public final class Members {

    /** How long an instance that says nothing is still believed to be alive. */
    public static final Duration SILENCE = Duration.ofSeconds(5);

    /** How long an instance may say nothing, which it does once a second, before it is no longer relied on. */
    public static final Duration DOUBT = Duration.ofSeconds(2);

    private static final System.Logger LOG = System.getLogger(Members.class.getName());

    private final String name;
    private final LongSupplier nanoTime;

    /** By incarnation; guarded by {@code this}. */
    private final Map<String, Heard> heard = new HashMap<>();

    /** The incarnations with this instance's own name that the log has told of; guarded by {@code this}. */
    private final Set<String> namesakes = new HashSet<>();

    /**
     * Begins alone.
     *
     * @param name this instance's own
     */
    public Members(String name, LongSupplier nanoTime) {
        this.name = name;
        this.nanoTime = nanoTime;
    }

    /** Takes notice of a life sign. */
    public synchronized void alive(Member member) {
        Heard before = heard.put(member.incarnation(), new Heard(member, nanoTime.getAsLong()));
        if (before == null) {
            LOG.log(Level.INFO, () -> "KULKUL0520I instance " + member.name() + " is there");
        }
        if (member.name().equals(name) && namesakes.add(member.incarnation())) {
            LOG.log(
                    Level.ERROR,
                    () -> "KULKUL0523E another instance is called " + name
                            + ", too: give each a name of its own by kulkul.instance");
        }
    }

    /**
     * Takes notice of a goodbye.
     *
     * @return whether the instance was known
     */
    public synchronized boolean left(String incarnation) {
        namesakes.remove(incarnation);
        Heard before = heard.remove(incarnation);
        if (before != null) {
            LOG.log(Level.INFO, () -> "KULKUL0521I instance " + before.member.name() + " has ended");
        }
        return before != null;
    }

    /** Forgets those that have said nothing for too long, and returns them. */
    public synchronized List<Member> expire() {
        List<Member> gone = silentFor(SILENCE);
        for (Member member : gone) {
            heard.remove(member.incarnation());
            namesakes.remove(member.incarnation());
            LOG.log(
                    Level.WARNING,
                    () -> "KULKUL0522W instance " + member.name() + " has said nothing for " + SILENCE.toSeconds()
                            + " s, and counts as gone");
        }
        return gone;
    }

    /** Those that should have said something by now. */
    public List<Member> doubtful() {
        return silentFor(DOUBT);
    }

    private synchronized List<Member> silentFor(Duration time) {
        long now = nanoTime.getAsLong();
        List<Member> silent = new ArrayList<>();
        for (Heard each : heard.values()) {
            if (now - each.nanos >= time.toNanos()) {
                silent.add(each.member);
            }
        }
        return silent;
    }

    /** The other instances that are alive, in no order. */
    public synchronized List<Member> others() {
        return heard.values().stream().map(Heard::member).toList();
    }

    private record Heard(Member member, long nanos) {}
}
