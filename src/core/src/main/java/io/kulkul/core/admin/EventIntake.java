package io.kulkul.core.admin;

import io.kulkul.core.admin.LineReader.Line;
import io.kulkul.core.channel.Appended;
import io.kulkul.core.hub.EventText;
import io.kulkul.core.hub.Publication;
import io.kulkul.core.hub.RefusedException;
import io.kulkul.core.json.Json;
import io.kulkul.core.json.JsonException;
import io.kulkul.core.json.JsonValue;
import io.kulkul.core.protocol.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/**
 * Publishes the events of one request's body: a JSON object, a JSON array of them, or a stream of lines with one each (NDJSON).
 *
 * <p>What it is, the body itself says, because a plain {@code curl --data-binary} calls everything a form. It is an array where it begins
 * with {@code [}, one event where the whole of it is one JSON object, however many lines that takes, and else a stream. A body that is
 * called NDJSON is a stream in any case, and one that is called JSON must be JSON unless its first line is an object by itself.
 * Confined to one thread.
 */
final class EventIntake {

    /** The most events of an array. */
    static final int MAX_ELEMENTS = 1000;

    /** The most bytes of an array; more where a single event may have more. */
    static final int MAX_ARRAY_BYTES = 8_388_608;

    /** The most lines of a stream that are published and whose positions are awaited. */
    private static final int MAX_UNDER_WAY = 1000;

    private static final Set<String> STREAM_TYPES =
            Set.of("application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines");

    private static final String JSON_TYPE = "application/json";

    private final EventSink sink;
    private final EventText reader;
    private final int maxEventBytes;

    /**
     * Publishes in somebody's name.
     *
     * @param maxEventBytes the most bytes of one event
     */
    EventIntake(EventSink sink, EventText reader, int maxEventBytes) {
        this.sink = sink;
        this.reader = reader;
        this.maxEventBytes = maxEventBytes;
    }

    /** What came of a body. */
    sealed interface Answer {

        /** What was published, in JSON. */
        record Done(String json) implements Answer {}

        /** Why nothing was published. */
        record Refused(Problem problem) implements Answer {}
    }

    /**
     * Reads the body and publishes what it can.
     *
     * @param mediaType the body's type without parameters; empty where none is given
     */
    Answer take(InputStream body, String mediaType) throws RefusedException, IOException, InterruptedException {
        String type = mediaType.toLowerCase(Locale.ROOT);
        BodyStart start = BodyStart.of(body);
        LineReader lines = new LineReader(start.rest(), start.linesBefore(), maxEventBytes);
        if (STREAM_TYPES.contains(type)) {
            return stream(lines);
        }
        if (start.first() < 0) {
            throw new RefusedException(ErrorCode.BAD_REQUEST, "the body is empty");
        }
        return start.first() == '[' ? array(start.rest()) : oneOrStream(lines, type.equals(JSON_TYPE));
    }

    private Answer oneOrStream(LineReader lines, boolean json)
            throws RefusedException, IOException, InterruptedException {
        Line first = lines.next();
        if (first == null) {
            throw new RefusedException(ErrorCode.BAD_REQUEST, "the body is empty");
        }
        boolean complete = first.wrong() == null && isJson(first.text());
        if (!complete && (json || first.wrong() == null)) {
            return severalLines(first, lines, json);
        }
        Line second = lines.next();
        if (second == null) {
            return one(textOf(first));
        }
        lines.giveBack(List.of(first, second));
        return stream(lines);
    }

    /** The first line is not JSON by itself: either one event goes on over the next lines, or the line is a bad one of a stream. */
    private Answer severalLines(Line first, LineReader lines, boolean json)
            throws RefusedException, IOException, InterruptedException {
        List<Line> read = new ArrayList<>();
        StringJoiner whole = new StringJoiner("\n");
        boolean mayBeOne = true;
        for (Line line = first; line != null && mayBeOne; line = mayBeOne ? lines.next() : null) {
            read.add(line);
            whole.add(line.text());
            mayBeOne = line.wrong() == null && whole.length() <= maxEventBytes;
        }
        if (mayBeOne && (json || read.size() == 1 || isJson(whole.toString()))) {
            return one(whole.toString());
        }
        if (json) {
            textOf(read.get(read.size() - 1));
            throw tooLong();
        }
        lines.giveBack(read);
        return stream(lines);
    }

    private static boolean isJson(String text) {
        try {
            Json.check(text);
            return true;
        } catch (JsonException notByItself) {
            return false;
        }
    }

    private Answer one(String text) throws RefusedException, InterruptedException {
        Publication publication = reader.read(text);
        sink.check(publication);
        sink.awaitRoom();
        return new Answer.Done(PublishedText.json(result(sink.publish(publication))));
    }

    private Answer stream(LineReader lines) throws IOException, InterruptedException {
        StreamReport report = new StreamReport();
        ArrayDeque<PublishedLine> underWay = new ArrayDeque<>();
        for (Line line = lines.next(); line != null; line = lines.next()) {
            sink.awaitRoom();
            try {
                Publication publication = reader.read(textOf(line));
                sink.check(publication);
                underWay.add(new PublishedLine(line.number(), sink.publish(publication)));
            } catch (RefusedException e) {
                underWay.add(new PublishedLine(line.number(), CompletableFuture.failedStage(e)));
            }
            if (underWay.size() >= MAX_UNDER_WAY) {
                underWay.remove().addTo(report);
            }
        }
        for (PublishedLine line : underWay) {
            line.addTo(report);
        }
        return new Answer.Done(report.json());
    }

    private String textOf(Line line) throws RefusedException {
        if (line.wrong() == ErrorCode.LIMIT_MESSAGE_SIZE) {
            throw tooLong();
        }
        if (line.wrong() != null) {
            throw new RefusedException(line.wrong(), "not valid UTF-8");
        }
        return line.text();
    }

    private RefusedException tooLong() {
        return new RefusedException(ErrorCode.LIMIT_MESSAGE_SIZE, "an event has at most " + maxEventBytes + " bytes");
    }

    private Answer array(InputStream body) throws RefusedException, IOException, InterruptedException {
        List<JsonValue> elements = elements(text(body));
        List<Publication> publications = new ArrayList<>(elements.size());
        for (JsonValue element : elements) {
            try {
                publications.add(checked(element));
            } catch (RefusedException e) {
                return new Answer.Refused(Problem.of(e, publications.size()));
            }
        }
        List<CompletionStage<Appended>> underWay = new ArrayList<>(publications.size());
        for (Publication publication : publications) {
            sink.awaitRoom();
            underWay.add(sink.publish(publication));
        }
        StringJoiner published = new StringJoiner(",", "[", "]");
        for (CompletionStage<Appended> stage : underWay) {
            published.add(PublishedText.json(result(stage)));
        }
        return new Answer.Done(published.toString());
    }

    /** Waits for the event's position. */
    static Appended result(CompletionStage<Appended> stage) throws RefusedException, InterruptedException {
        try {
            return stage.toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw RefusedException.of(Objects.requireNonNull(e.getCause()));
        }
    }

    private Publication checked(JsonValue element) throws RefusedException {
        String json = element.json();
        if (json.length() > maxEventBytes || json.getBytes(StandardCharsets.UTF_8).length > maxEventBytes) {
            throw tooLong();
        }
        Publication publication = reader.read(json);
        sink.check(publication);
        return publication;
    }

    private static List<JsonValue> elements(String text) throws RefusedException {
        try {
            return Json.valueOrElements(text, MAX_ELEMENTS);
        } catch (JsonException e) {
            throw isJson(text)
                    ? new RefusedException(ErrorCode.LIMIT_MESSAGE_SIZE, e.reason())
                    : new RefusedException(ErrorCode.BAD_JSON, e.reason());
        }
    }

    private String text(InputStream body) throws RefusedException, IOException {
        int maxBytes = Math.max(MAX_ARRAY_BYTES, maxEventBytes);
        byte[] bytes = body.readNBytes(maxBytes);
        if (bytes.length == maxBytes && body.read() >= 0) {
            throw new RefusedException(
                    ErrorCode.LIMIT_MESSAGE_SIZE,
                    "an array has at most " + maxBytes + " bytes; application/x-ndjson has no limit");
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new RefusedException(ErrorCode.BAD_JSON, "not valid UTF-8");
        }
    }

    /** A line of a stream whose event is on its way to its position. */
    private record PublishedLine(long number, CompletionStage<Appended> published) {

        void addTo(StreamReport report) throws InterruptedException {
            try {
                report.add(result(published));
            } catch (RefusedException e) {
                report.add(number, e);
            }
        }
    }
}
