package io.kulkul.it;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What every client of a cluster received and what was promised to the publishers, and whether the two fit. Thread-safe.
 *
 * <p>Every client is expected to have every event of its channels: 1, 2, 3 … up to the highest seq that anybody heard of.
 */
final class ClusterRecords {
    private static final int SHOWN = 20;

    /** Client, then channel, to what came, in the order of arrival. */
    private final Map<String, Map<String, List<Received>>> received = new TreeMap<>();

    /** Channel, then seq, to the payload that a publisher was told to be there. */
    private final Map<String, Map<Long, String>> acknowledged = new TreeMap<>();

    private final Map<String, Long> heads = new HashMap<>();
    private final Set<String> epochs = new HashSet<>();

    private record Received(long seq, String payload) {}

    /** The client is to have all events of this channel. */
    synchronized void expects(String client, String channel) {
        received.computeIfAbsent(client, name -> new TreeMap<>()).computeIfAbsent(channel, name -> new ArrayList<>());
    }

    synchronized void received(String client, String channel, String epoch, long seq, String payload) {
        received.computeIfAbsent(client, name -> new TreeMap<>())
                .computeIfAbsent(channel, name -> new ArrayList<>())
                .add(new Received(seq, payload));
        heads.merge(channel, seq, Math::max);
        epochs.add(epoch);
    }

    synchronized void acknowledged(String channel, String epoch, long seq, String payload) {
        String before =
                acknowledged.computeIfAbsent(channel, name -> new TreeMap<>()).put(seq, payload);
        if (before != null && !before.equals(payload)) {
            throw new AssertionError(channel + " " + seq + " was given to " + before + " and to " + payload);
        }
        heads.merge(channel, seq, Math::max);
        epochs.add(epoch);
    }

    /** How far each channel has come, as far as anybody heard. */
    synchronized Map<String, Long> heads() {
        return Map.copyOf(heads);
    }

    /** How many events the clients lack of those up to these heads. */
    synchronized long lackingUpTo(Map<String, Long> upTo) {
        long lacking = 0;
        for (Map<String, List<Received>> channels : received.values()) {
            for (Map.Entry<String, List<Received>> channel : channels.entrySet()) {
                long head = upTo.getOrDefault(channel.getKey(), 0L);
                lacking += head
                        - channel.getValue().stream()
                                .mapToLong(Received::seq)
                                .filter(seq -> seq <= head)
                                .distinct()
                                .count();
            }
        }
        return lacking;
    }

    /**
     * What the records come to.
     *
     * @param events how many different events there were
     * @param deliveries how many came to clients
     * @param losses how many a client should have and has not, acknowledged or not
     * @param duplicates how many came to a client again
     * @param reorderings how many came to a client after a later one
     * @param differing how many came to a client with another payload than to another one, or than the publisher's
     * @param acknowledgedLosses how many a publisher was promised and nobody who should have it has it
     * @param repeated how many payloads are in a channel more than once
     * @param epochs how many countings there were
     * @param examples some of what is wrong
     */
    record Report(
            long events,
            long deliveries,
            long losses,
            long duplicates,
            long reorderings,
            long differing,
            long acknowledgedLosses,
            long repeated,
            int epochs,
            List<String> examples) {

        boolean flawless() {
            return losses + duplicates + reorderings + differing + acknowledgedLosses + repeated == 0 && epochs <= 1;
        }
    }

    synchronized Report check() {
        Check check = new Check();
        received.forEach(
                (client, channels) -> channels.forEach((channel, list) -> check.record(client, channel, list)));
        check.promises();
        return new Report(
                heads.values().stream().mapToLong(Long::longValue).sum(),
                check.deliveries,
                check.losses,
                check.duplicates,
                check.reorderings,
                check.differing,
                check.acknowledgedLosses,
                check.repeated,
                epochs.size(),
                List.copyOf(check.examples));
    }

    /** One run over all records. */
    private final class Check {
        private final List<String> examples = new ArrayList<>();
        private final Map<String, Map<Long, String>> truth = new HashMap<>();
        private final Map<String, Set<Long>> seen = new HashMap<>();
        private final Set<String> watched = new HashSet<>();
        private long deliveries;
        private long losses;
        private long duplicates;
        private long reorderings;
        private long differing;
        private long acknowledgedLosses;
        private long repeated;

        Check() {
            acknowledged.forEach((channel, payloads) -> truth.put(channel, new HashMap<>(payloads)));
        }

        void record(String client, String channel, List<Received> list) {
            watched.add(channel);
            Set<Long> had = new HashSet<>();
            long highest = 0;
            for (Received one : list) {
                deliveries++;
                if (!had.add(one.seq())) {
                    duplicates++;
                    example(client, channel, one.seq(), "came again");
                } else if (one.seq() < highest) {
                    reorderings++;
                    example(client, channel, one.seq(), "came after " + highest);
                }
                highest = Math.max(highest, one.seq());
                String other =
                        truth.computeIfAbsent(channel, name -> new HashMap<>()).putIfAbsent(one.seq(), one.payload());
                if (other != null && !other.equals(one.payload())) {
                    differing++;
                    example(client, channel, one.seq(), "is " + one.payload() + " and elsewhere " + other);
                }
            }
            seen.computeIfAbsent(channel, name -> new HashSet<>()).addAll(had);
            for (long seq = 1; seq <= heads.getOrDefault(channel, 0L); seq++) {
                if (!had.contains(seq)) {
                    losses++;
                    example(client, channel, seq, "did not come");
                }
            }
        }

        void promises() {
            acknowledged.forEach((channel, payloads) -> payloads.forEach((seq, payload) -> {
                if (watched.contains(channel) && !seen.get(channel).contains(seq)) {
                    acknowledgedLosses++;
                    example("nobody", channel, seq, "has what a publisher was promised");
                }
            }));
            truth.forEach((channel, payloads) -> repeated += payloads.size() - new HashSet<>(payloads.values()).size());
        }

        private void example(String client, String channel, long seq, String what) {
            if (examples.size() < SHOWN) {
                examples.add(client + ": " + channel + " " + seq + " " + what);
            }
        }
    }
}
