package io.kulkul.core.hub;

import io.kulkul.core.bus.Answers;
import io.kulkul.core.bus.Member;
import io.kulkul.core.bus.Notice;
import io.kulkul.core.bus.Questions;
import io.kulkul.core.bus.Voice;
import io.kulkul.core.json.JsonException;
import io.kulkul.core.json.JsonObjectWriter;
import io.kulkul.core.protocol.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Has another instance read what only it knows, and reads here what others ask for. Thread-safe; waits for nobody. */
public final class RemoteReading {

    static final String QUESTION = "read";
    static final String ANSWER = "readAnswer";

    private final Hub hub;
    private final Voice voice;
    private final Supplier<List<Member>> others;
    private final Questions<Answer> questions;
    private final Executor executor;
    private final Supplier<String> ids;
    private volatile @Nullable InstanceReader reader;

    /**
     * Knows the others by their life signs.
     *
     * @param executor reads what others ask for; a list may be of all connections there are
     */
    RemoteReading(
            Hub hub,
            Voice voice,
            Supplier<List<Member>> others,
            Questions<Answer> questions,
            Executor executor,
            Supplier<String> ids) {
        this.hub = hub;
        this.voice = voice;
        this.others = others;
        this.questions = questions;
        this.executor = executor;
        this.ids = ids;
    }

    /** Says who reads here; without, the others are told {@code unavailable}. */
    public void readBy(InstanceReader local) {
        reader = local;
    }

    /**
     * Has an instance read.
     *
     * @param instance its name; this one's own is allowed
     * @return what it answers, or {@code unavailable} when the time for an answer is over
     * @throws RefusedException when no instance has the name
     */
    public CompletionStage<Answer> ask(String instance, String what, String tenant, Map<String, String> parameters)
            throws RefusedException {
        Member member = others.get().stream()
                .filter(other -> other.name().equals(instance))
                .findFirst()
                .orElseThrow(() -> new RefusedException(ErrorCode.BAD_REQUEST, "no instance has this name"));
        String request = ids.get();
        JsonObjectWriter narrowing = new JsonObjectWriter(128);
        parameters.forEach(narrowing::string);
        JsonObjectWriter notice = voice.beginTo(member.incarnation())
                .string("request", request)
                .string("what", what)
                .string("tenant", tenant)
                .json("parameters", narrowing.end());
        return questions
                .ask(request, List.of(member), () -> voice.send(QUESTION, notice))
                .thenApply(RemoteReading::only);
    }

    private static Answer only(Answers<Answer> answers) {
        return answers.given().isEmpty()
                ? Answer.refused(ErrorCode.UNAVAILABLE, "the instance has not answered in time")
                : answers.given().get(0);
    }

    /** Another instance's operator wants to know something. */
    void question(String incarnation, Notice notice) throws JsonException {
        String request = notice.text("request");
        String what = notice.text("what");
        String tenant = notice.text("tenant");
        Map<String, String> parameters = notice.texts("parameters");
        executor.execute(() -> voice.send(
                ANSWER,
                here(what, tenant, parameters).write(voice.beginTo(incarnation).string("request", request))));
    }

    private Answer here(String what, String tenant, Map<String, String> parameters) {
        InstanceReader local = reader;
        if (local == null) {
            return Answer.refused(ErrorCode.UNAVAILABLE, "nobody reads here");
        }
        try {
            return new Answer(local.read(hub, what, tenant, parameters), null, "");
        } catch (RefusedException e) {
            return Answer.refused(e.code(), e.explanation());
        }
    }

    /** Another instance answers. */
    void answer(String incarnation, Notice notice) throws JsonException {
        questions.answered(notice.text("request"), incarnation, Answer.of(notice));
    }

    void left(String incarnation) {
        questions.left(incarnation);
    }

    void stop() {
        questions.stop();
    }

    /**
     * What an instance has answered.
     *
     * @param json what was read, a JSON object; empty where it was refused
     * @param code why it was refused; null where it was not
     */
    public record Answer(String json, @Nullable ErrorCode code, String message) {

        private static Answer refused(ErrorCode code, String message) {
            return new Answer("", code, message);
        }

        private static Answer of(Notice notice) throws JsonException {
            String code = notice.textOrNull("code");
            if (code == null) {
                return new Answer(notice.object("json"), null, "");
            }
            for (ErrorCode known : ErrorCode.values()) {
                if (known.wire().equals(code)) {
                    return refused(known, notice.text("message"));
                }
            }
            throw new JsonException("no such code");
        }

        private JsonObjectWriter write(JsonObjectWriter notice) {
            return code == null
                    ? notice.json("json", json)
                    : notice.string("code", code.wire()).string("message", message);
        }

        /** What was read. */
        public String orRefusal() throws RefusedException {
            if (code != null) {
                throw new RefusedException(code, message);
            }
            return json;
        }
    }
}
