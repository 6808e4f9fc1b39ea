package io.kulkul.core.hub;

import io.kulkul.core.bus.Member;
import io.kulkul.core.bus.Members;
import io.kulkul.core.bus.Notice;
import io.kulkul.core.bus.Voice;
import io.kulkul.core.json.JsonException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells the other instances how this one is, and remembers what each of them has said last. Thread-safe.
 *
 * <p>Nobody relies on it: a notice that is lost is followed by the next one, and an instance that tells nothing is left out.
 */
public final class SharedStatistics {

    static final String STATISTICS = "statistics";

    private final Voice voice;
    private final Members members;

    /** By incarnation. */
    private final Map<String, String> heard = new ConcurrentHashMap<>();

    SharedStatistics(Voice voice, Members members) {
        this.voice = voice;
        this.members = members;
    }

    /**
     * Tells the others.
     *
     * @param statistics a JSON object
     */
    public void tell(String statistics) {
        voice.send(STATISTICS, voice.begin().json("statistics", statistics));
    }

    /** What the other instances that are alive have said last, in the order of their names. */
    public List<String> others() {
        List<Member> alive = new ArrayList<>(members.others());
        alive.sort(Comparator.comparing(Member::name).thenComparing(Member::started));
        List<String> statistics = new ArrayList<>();
        for (Member member : alive) {
            String said = heard.get(member.incarnation());
            if (said != null) {
                statistics.add(said);
            }
        }
        return statistics;
    }

    void heard(String incarnation, Notice notice) throws JsonException {
        heard.put(incarnation, notice.object("statistics"));
    }

    /** The instance is gone. */
    void forget(String incarnation) {
        heard.remove(incarnation);
    }
}
