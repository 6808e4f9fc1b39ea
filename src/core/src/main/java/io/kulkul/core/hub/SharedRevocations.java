package io.kulkul.core.hub;

import io.kulkul.core.access.Revocations;
import io.kulkul.core.access.Revocations.Revocation;
import io.kulkul.core.bus.Notice;
import io.kulkul.core.bus.Parts;
import io.kulkul.core.bus.Voice;
import io.kulkul.core.json.JsonException;
import io.kulkul.core.json.JsonObjectWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Sees to it that an instance learns of the revocations of others, also of those that it was not there for.
 *
 * <p>A revocation reaches the others as the operator's command. The commands of an instance are numbered from 1, and each of its life signs
 * has the number of the last one. Whoever meets an instance for the first time, or again, or has missed a command, asks it for all
 * revocations that it knows, its own and those that it has learned.
 *
 * <p>Thread-safe; one lock makes a number and its notice one step, so that a life sign never has the number of a notice that was not sent.
 */
final class SharedRevocations {

    static final String WANTED = "revocationsWanted";
    static final String ALL = "allRevocations";

    /** The most revocations in one notice. */
    static final int MAX_REVOCATIONS = 200;

    private final Voice voice;
    private final Revocations revocations;
    private final Runnable learned;

    /** The last command's; guarded by {@code this}, as are the others. */
    private long number;

    private final Map<String, Long> heard = new HashMap<>();
    private final Parts<Revocation> parts = new Parts<>();

    /**
     * Knows what is in force here.
     *
     * @param learned is told when there are more, by the bus's thread
     */
    SharedRevocations(Voice voice, Revocations revocations, Runnable learned) {
        this.voice = voice;
        this.revocations = revocations;
        this.learned = learned;
    }

    /** Gives a revoking command of this instance its number. */
    synchronized void send(LongConsumer command) {
        number++;
        command.accept(number);
    }

    /** The last command's number, for the life sign. */
    synchronized long number() {
        return number;
    }

    /**
     * An instance has given a life sign.
     *
     * @param last the number of its last revoking command
     */
    synchronized void alive(String incarnation, long last) {
        if (heard.getOrDefault(incarnation, -1L) < last) {
            voice.send(WANTED, voice.beginTo(incarnation));
        }
    }

    /** The instance is gone. Where it comes back, both will have missed what the other one knows. */
    synchronized void forget(String incarnation) {
        heard.remove(incarnation);
        parts.forget(incarnation);
    }

    /** A revoking command of another instance has come, and is carried out. */
    synchronized void heard(String incarnation, long command) {
        heard.computeIfPresent(incarnation, (id, last) -> last == command - 1 ? Long.valueOf(command) : last);
    }

    /** Another instance wants to know them all. */
    synchronized void wanted(String incarnation) {
        List<Revocation> all = revocations.all();
        int from = 0;
        int part = 0;
        do {
            int to = Math.min(all.size(), from + MAX_REVOCATIONS);
            StringJoiner list = new StringJoiner(",", "[", "]");
            all.subList(from, to).forEach(each -> list.add(json(each)));
            voice.send(
                    ALL,
                    voice.beginTo(incarnation)
                            .number("number", number)
                            .number("part", part)
                            .bool("last", to == all.size())
                            .json("revocations", list.toString()));
            from = to;
            part++;
        } while (from < all.size());
    }

    /** Hears all revocations that another instance knows, or a part of them. */
    void all(String incarnation, Notice notice) throws JsonException {
        List<Revocation> some = new ArrayList<>();
        for (Notice each : notice.list("revocations")) {
            some.add(revocation(each));
        }
        synchronized (this) {
            if (!parts.add(incarnation, notice.number("part"), notice.flag("last"), some)) {
                return;
            }
            some = parts.take(incarnation);
            heard.put(incarnation, notice.number("number"));
        }
        if (!some.isEmpty()) {
            revocations.merge(some);
            learned.run();
        }
    }

    private static String json(Revocation revocation) {
        return new JsonObjectWriter(128)
                .string("tenant", revocation.tenant())
                .string("kind", revocation.kind().name().toLowerCase(Locale.ROOT))
                .string("name", revocation.name())
                .string("issuedBefore", text(revocation.issuedBefore()))
                .string("end", text(revocation.end()))
                .end();
    }

    /** Null, which is left out, for all times. */
    private static @Nullable String text(Instant time) {
        return time.equals(Instant.MAX) ? null : time.toString();
    }

    private static Revocation revocation(Notice notice) throws JsonException {
        return new Revocation(
                notice.text("tenant"),
                kind(notice.text("kind")),
                notice.text("name"),
                time(notice, "issuedBefore"),
                time(notice, "end"));
    }

    private static Instant time(Notice notice, String name) throws JsonException {
        Instant time = notice.timeOrNull(name);
        return time == null ? Instant.MAX : time;
    }

    private static Revocations.Kind kind(String name) throws JsonException {
        for (Revocations.Kind kind : Revocations.Kind.values()) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(name)) {
                return kind;
            }
        }
        throw new JsonException("no such kind of revocation");
    }
}
