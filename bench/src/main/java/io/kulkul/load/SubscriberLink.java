package io.kulkul.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A connection that subscribes, and checks what it gets. Confined to its loop's thread. */
final class SubscriberLink extends Link {

    /** How many commands go in one frame. */
    private static final int COMMANDS = 100;

    /** Little, so that a client that does not read is full soon. */
    private static final int SLOW_RECEIVE_BUFFER = 16_384;

    private final LoadPlan plan;
    private final int number;
    private final boolean slow;
    private final Ledger ledger;
    private final Runnable whenReady;
    private final SequenceCheck check;
    private int subscribed;

    /**
     * A connection to be.
     *
     * @param whenReady is told when it has subscribed to everything
     */
    SubscriberLink(LoadPlan plan, int number, Ledger ledger, Trouble trouble, Runnable whenReady) {
        super(plan.target(), new Upgrade(plan.target(), subprotocol(plan), plan.token(number)), trouble);
        this.plan = plan;
        this.number = number;
        this.slow = number < plan.slow();
        this.ledger = ledger;
        this.whenReady = whenReady;
        this.check = new SequenceCheck(plan.subscriptions());
    }

    private static String subprotocol(LoadPlan plan) {
        return plan.batch() ? "kulkul.v1+batch" : "kulkul.v1";
    }

    boolean slow() {
        return slow;
    }

    @Override
    int receiveBuffer() {
        return slow ? SLOW_RECEIVE_BUFFER : 0;
    }

    @Override
    void opened() throws IOException {
        for (int from = 0; from < plan.subscriptions(); from += COMMANDS) {
            StringBuilder frame = new StringBuilder("[");
            for (int i = from; i < Math.min(from + COMMANDS, plan.subscriptions()); i++) {
                frame.append(i == from ? "" : ",")
                        .append("{\"type\":\"subscribe\",\"channel\":\"")
                        .append(plan.channel(plan.channel(number, i)))
                        .append("\"}");
            }
            send(frame.append(']').toString().getBytes(StandardCharsets.US_ASCII));
        }
    }

    @Override
    public void message(byte[] bytes, int from, int to) {
        int events = 0;
        boolean irregular = false;
        long now = 0;
        for (int at = Marker.find(bytes, from, to); at >= 0; at = Marker.find(bytes, at + Marker.LENGTH, to)) {
            now = events++ == 0 ? System.nanoTime() : now;
            irregular |= event(bytes, at, now) != SequenceCheck.Arrival.IN_ORDER;
        }
        if (events > 0) {
            ledger.frame(now, events, to - from);
        }
        if (events == 0 || plan.batch() || irregular) {
            control(bytes, from, to);
        }
    }

    private SequenceCheck.@Nullable Arrival event(byte[] bytes, int at, long now) {
        int channel = Marker.channel(bytes, at);
        int subscription = plan.subscription(number, channel);
        if (subscription >= plan.subscriptions()) {
            trouble().add("an event of channel " + channel + ", to which the connection has not subscribed");
            return null;
        }
        SequenceCheck.Arrival arrival = check.arrived(subscription, Marker.seq(bytes, at));
        ledger.arrived(arrival, now, Marker.due(bytes, at), Marker.number(bytes, at), channel);
        return arrival;
    }

    private void control(byte[] bytes, int from, int to) {
        int gaps = Words.count(Words.GAP, bytes, from, to);
        for (int i = 0; i < gaps; i++) {
            ledger.gap();
        }
        if (Words.count(Words.PING, bytes, from, to) > 0) {
            answerPing();
        }
        if (Words.count(Words.ERROR, bytes, from, to) > 0) {
            trouble().add(Words.text(bytes, from, to));
        }
        if (state() == State.OPEN) {
            subscribed += Words.count(Words.SUBSCRIBED, bytes, from, to);
            if (subscribed == plan.subscriptions()) {
                ready();
                if (slow) {
                    stopReading();
                }
                whenReady.run();
            }
        }
    }

    private void answerPing() {
        try {
            send(Words.PONG);
        } catch (IOException e) {
            fail("answering a ping: " + e.getMessage());
        }
    }

    /**
     * How many events have not come.
     *
     * @param published by channel
     */
    long missing(int[] published) {
        long missing = check.missing();
        for (int i = 0; i < plan.subscriptions(); i++) {
            missing += check.missing(i, published[plan.channel(number, i)]);
        }
        return missing;
    }
}
