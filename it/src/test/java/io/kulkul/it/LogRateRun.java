package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** Publishes as fast as one server takes it, in several streams of lines at once, and counts what it acknowledges. */
final class LogRateRun {
    private static final String TEXT = "x".repeat(250);

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String namespace;
    private final int channels;
    private final int streams;
    private final Duration time;

    LogRateRun(String namespace, int channels, int streams, Duration time) {
        this.namespace = namespace;
        this.channels = channels;
        this.streams = streams;
        this.time = time;
    }

    /** The events that were acknowledged, and how many nanoseconds that took. */
    record Result(long events, long nanos) {
        long eventsPerSecond() {
            return Math.round(events * 1e9 / nanos);
        }
    }

    Result on(SecondServer server) {
        String token = Tokens.forAdministrator().token();
        long began = System.nanoTime();
        List<CompletableFuture<HttpResponse<String>>> answers = IntStream.range(0, streams)
                .mapToObj(stream -> http.sendAsync(
                        HttpRequest.newBuilder(server.http("/api/events"))
                                .header("Authorization", "Bearer " + token)
                                .header("Content-Type", "application/x-ndjson")
                                .POST(BodyPublishers.ofInputStream(() -> new Lines(stream, began + time.toNanos())))
                                .build(),
                        BodyHandlers.ofString()))
                .toList();
        long events = 0;
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            HttpResponse<String> response = answer.join();
            assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
            JsonObject report = KulkulClient.parse(response.body()).asJsonObject();
            assertThat(report.getInt("refused")).as(response.body()).isZero();
            events += report.getInt("published");
        }
        return new Result(events, System.nanoTime() - began);
    }

    /** Lines with an event each, until the time is up. */
    private final class Lines extends InputStream {
        private final long end;
        private byte[] line = {};
        private int position;
        private int n;

        Lines(int stream, long end) {
            this.n = stream;
            this.end = end;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            int written = 0;
            while (written < length && more()) {
                int count = Math.min(length - written, line.length - position);
                System.arraycopy(line, position, into, offset + written, count);
                position += count;
                written += count;
            }
            return written == 0 ? -1 : written;
        }

        private boolean more() {
            if (position == line.length && System.nanoTime() < end) {
                line = ("{\"channel\":\"" + namespace + ":" + channels + ":" + n % channels
                                + "\",\"event\":\"measured\",\"payload\":{\"n\":" + n + ",\"text\":\"" + TEXT
                                + "\"}}\n")
                        .getBytes(StandardCharsets.UTF_8);
                position = 0;
                n += streams;
            }
            return position < line.length;
        }
    }
}
