package io.kulkul.core.hub;

import io.kulkul.core.access.Caller;
import io.kulkul.core.bus.Answers;
import io.kulkul.core.bus.Members;
import io.kulkul.core.bus.Notice;
import io.kulkul.core.bus.Questions;
import io.kulkul.core.bus.Voice;
import io.kulkul.core.json.JsonException;
import io.kulkul.core.json.JsonObjectWriter;
import java.lang.System.Logger.Level;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Has operators' commands carried out on the other instances, and carries out theirs here. Thread-safe; waits for nobody. */
final class ClusterCommands {

    static final String COMMAND = "command";
    static final String ANSWER = "answer";

    private static final System.Logger LOG = System.getLogger(ClusterCommands.class.getName());

    private final Voice voice;
    private final Members members;
    private final Questions<Outcome> questions;
    private final SharedRevocations revocations;
    private final CarryingOut carryingOut;
    private final Audit audit;
    private final Executor executor;
    private final Supplier<String> ids;

    /**
     * Knows the others by their life signs.
     *
     * @param executor carries out what others want; a command may concern all connections there are
     */
    ClusterCommands(
            Voice voice,
            Members members,
            Questions<Outcome> questions,
            SharedRevocations revocations,
            CarryingOut carryingOut,
            Audit audit,
            Executor executor,
            Supplier<String> ids) {
        this.voice = voice;
        this.members = members;
        this.questions = questions;
        this.revocations = revocations;
        this.carryingOut = carryingOut;
        this.audit = audit;
        this.executor = executor;
        this.ids = ids;
    }

    /** What came of it on all other instances together; completes at the latest when the time to answer is over. */
    CompletionStage<Outcome> ask(Caller by, OperatorCommand command) {
        String request = ids.get();
        JsonObjectWriter notice = command.write(voice.begin()
                .string("request", request)
                .string("who", by.user())
                .string("whoTenant", by.tenant()));
        Runnable send = command.kind().revokes()
                ? () -> revocations.send(number -> voice.send(COMMAND, notice.number("number", number)))
                : () -> voice.send(COMMAND, notice);
        return questions.ask(request, members.others(), send).thenApply(answers -> outcome(command, answers));
    }

    private static Outcome outcome(OperatorCommand command, Answers<Outcome> answers) {
        if (!answers.unanswered().isEmpty()) {
            LOG.log(
                    Level.WARNING,
                    () -> "KULKUL0525W " + command.words() + ": no answer in time from instance "
                            + String.join(", ", answers.unanswered()));
        }
        return answers.given().stream()
                .reduce(new Outcome(Outcome.Result.NONE, 0, answers.unanswered()), Outcome::with);
    }

    /** Another instance's operator wants something. */
    void command(String from, String incarnation, Notice notice) throws JsonException {
        OperatorCommand command = OperatorCommand.of(notice);
        String request = notice.text("request");
        String who = notice.text("who");
        String whoTenant = notice.textOrNull("whoTenant");
        if (command.kind().revokes()) {
            revocations.heard(incarnation, notice.number("number"));
        }
        executor.execute(() -> {
            Outcome outcome = carryingOut.carryOut(command);
            voice.send(
                    ANSWER,
                    voice.beginTo(incarnation)
                            .string("request", request)
                            .string("result", outcome.result().name().toLowerCase(Locale.ROOT))
                            .number("count", outcome.count()));
            audit.write(command.describe(audit.line(who, whoTenant, from, command.tenant(), command.words()), outcome));
        });
    }

    /** Another instance answers. */
    void answer(String incarnation, Notice notice) throws JsonException {
        Outcome outcome = Outcome.here(result(notice.text("result")), (int) notice.number("count"));
        questions.answered(notice.text("request"), incarnation, outcome);
    }

    private static Outcome.Result result(String name) throws JsonException {
        for (Outcome.Result result : Outcome.Result.values()) {
            if (result.name().toLowerCase(Locale.ROOT).equals(name)) {
                return result;
            }
        }
        throw new JsonException("no such result");
    }
}
