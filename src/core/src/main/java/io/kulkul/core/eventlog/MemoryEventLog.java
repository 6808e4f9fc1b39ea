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

    /** One channel's events in a ring, which grows with them up to what is kept. */
    private static final class MemoryChannelLog implements ChannelLog {

        private final String epoch;
        private final int size;
        private final long ttl;
        private @Nullable Event[] ring = new @Nullable Event[0];
        private int start;
        private int count;
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
            return head - count + 1;
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
            if (count == size) {
                discardOldest();
            } else if (count == ring.length) {
                grow();
            }
            ring[place(count++)] = event;
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
                read.add(kept((int) (seq - first)));
            }
            return read;
        }

        @Override
        public boolean expire(long now) {
            while (count > 0 && kept(0).timestamp() <= now - ttl) {
                discardOldest();
            }
            if (count == 0 && ring.length > 0) {
                ring = new @Nullable Event[0];
                start = 0;
            }
            return count == 0;
        }

        /** The event that is so far behind the oldest one. */
        private Event kept(int index) {
            return Objects.requireNonNull(ring[place(index)]);
        }

        private int place(int index) {
            int place = start + index;
            return place < ring.length ? place : place - ring.length;
        }

        private void grow() {
            @Nullable Event[] larger = new @Nullable Event[Math.min(size, Math.max(4, ring.length * 2))];
            for (int i = 0; i < count; i++) {
                larger[i] = kept(i);
            }
            ring = larger;
            start = 0;
        }

        private void discardOldest() {
            lostUntil = kept(0).timestamp();
            ring[start] = null;
            start = place(1);
            count--;
        }
    }
}
