package io.kulkul.load;

import java.nio.charset.StandardCharsets;

/** The kinds of payload. */
enum Payload {
    /** A JSON string of as many characters. */
    TEXT,
    /** A JSON object of many members, of about as many bytes. */
    JSON;

    /** JSON text that has the marker's place, filled by {@code ~}, and is about so long. */
    byte[] template(int size) {
        StringBuilder text = new StringBuilder(size + 64);
        String place = "~".repeat(Marker.LENGTH);
        if (this == TEXT) {
            text.append('"').append(place);
            for (int i = 0; i < size - Marker.LENGTH; i++) {
                text.append((char) ('a' + i * 7 % 26));
            }
            text.append('"');
        } else {
            text.append("{\"m\":\"").append(place).append('"');
            for (int i = 0; text.length() < size - 20; i++) {
                text.append(",\"k").append(i).append("\":{\"id\":").append(i).append(",\"name\":\"item\"}");
            }
            text.append('}');
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
