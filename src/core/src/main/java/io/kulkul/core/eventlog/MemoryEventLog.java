package io.kulkul.core.eventlog;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keeps events in this instance's memory; they end with it, and with an unused channel. */
public final class MemoryEventLog implements EventLog {

    private final Supplier<String> epochs;

    /**
     * Keeps nothing yet.
     *
     * @param epochs names a new counting, differently each time
     */
    public MemoryEventLog(Supplier<String> epochs) {
        this.epochs = epochs;
    }

    @Override
    public ChannelLog open(ChannelId channel, Retention retention) {
        return new MemoryChannelLog(epochs.get(), retention);
    }

    /** One channel's events in a list with a moving start; what was discarded is removed when it is half of the list. */
    private static final class MemoryChannelLog implements ChannelLog {

        private final String epoch;
        private final int size;
        private final long ttl;
        private ArrayList<@Nullable Event> events = new ArrayList<>(0);
        private int start;
        private long head;
        private long lostUntil = Long.MIN_VALUE;

        MemoryChannelLog(String epoch, Retention retention) {
            this.epoch = epoch;
            this.size = retention.size();
            this.ttl = retention.ttl().toMillis();
        }

        @Override
        public String epoch() {
            return epoch;
        }

        @Override
        public long head() {
            return head;
        }

        @Override
        public long first(long now) {
            expire(now);
            return head - (events.size() - start) + 1;
        }

        @Override
        public long lostUntil(long now) {
            expire(now);
            return lostUntil;
        }

        @Override
        public void append(Event event) {
            if (event.seq() != head + 1 || !event.epoch().equals(epoch)) {
                throw new IllegalArgumentException(event + " does not follow " + epoch + ":" + head);
            }
            head = event.seq();
            if (size == 0) {
                lostUntil = event.timestamp();
                return;
            }
            events.add(event);
            if (events.size() - start > size) {
                discardOldest();
            }
        }

        @Override
        public List<Event> read(long from, long to, int limit, long now) {
            long first = first(now);
            long begin = Math.max(from, first);
            long end = Math.min(Math.min(to, head), begin + limit - 1);
            if (begin > end) {
                return List.of();
            }
            List<Event> read = new ArrayList<>((int) (end - begin) + 1);
            for (long seq = begin; seq <= end; seq++) {
                read.add(kept(start + (int) (seq - first)));
            }
            return read;
        }

        @Override
        public boolean expire(long now) {
            while (start < events.size() && kept(start).timestamp() <= now - ttl) {
                discardOldest();
            }
            return start == events.size();
        }

        private Event kept(int index) {
            return Objects.requireNonNull(events.get(index));
        }

        private void discardOldest() {
            lostUntil = kept(start).timestamp();
            events.set(start++, null);
            if (start > 16 && start * 2 > events.size()) {
                events = new ArrayList<>(events.subList(start, events.size()));
                start = 0;
            }
        }
    }
}
