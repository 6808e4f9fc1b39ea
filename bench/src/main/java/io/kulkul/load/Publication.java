package io.kulkul.load;

import java.nio.charset.StandardCharsets;

/** Makes the JSON of one publication after the other, with a marker in its payload. Confined to the publishing thread. */
final class Publication {

    private final LoadPlan plan;
    private final byte[] payload;
    private final int place;
    private final int[] published;
    private int number;

    Publication(LoadPlan plan) {
        this.plan = plan;
        this.payload = plan.payload().template(plan.size());
        this.place = new String(payload, StandardCharsets.US_ASCII).indexOf('~');
        this.published = new int[plan.channels()];
    }

    /** The number of the event that is next. */
    int number() {
        return number;
    }

    /** The next event's; events go round among the channels. */
    byte[] next(long due) {
        int channel = number % plan.channels();
        Marker.write(payload, place, due, number++, channel, ++published[channel]);
        byte[] head = ("{\"type\":\"publish\",\"channel\":\"" + plan.channel(channel)
                        + "\",\"event\":\"load\",\"payload\":")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[head.length + payload.length + 1];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(payload, 0, all, head.length, payload.length);
        all[all.length - 1] = '}';
        return all;
    }

    /** How many events each channel has had. */
    int[] published() {
        return published.clone();
    }
}
