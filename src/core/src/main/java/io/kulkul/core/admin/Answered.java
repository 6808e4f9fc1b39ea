package io.kulkul.core.admin;

import io.kulkul.core.hub.Outcome;
import io.kulkul.core.hub.RefusedException;
import io.kulkul.core.json.Json;
import io.kulkul.core.json.JsonObjectWriter;
import io.kulkul.core.protocol.ErrorCode;
import jakarta.ws.rs.core.Response;
import java.util.StringJoiner;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what came of a command on all instances, and makes an answer of it. */
final class Answered {

    /** Longer than instances have to answer each other: whoever waits so long waits for an instance that has ended meanwhile. */
    private static final int PATIENCE_SECONDS = 10;

    private Answered() {}

    /**
     * Waits.
     *
     * @throws RefusedException when nobody says what came of it, or one of the instances could not
     */
    static Outcome await(CompletionStage<Outcome> command) throws RefusedException, InterruptedException {
        Outcome outcome;
        try {
            outcome = command.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a command failed", e.getCause());
        } catch (TimeoutException e) {
            throw new RefusedException(ErrorCode.UNAVAILABLE, "the instance is ending");
        }
        if (outcome.result() == Outcome.Result.REFUSED) {
            throw new RefusedException(ErrorCode.UNAVAILABLE, "too many tokens are revoked already");
        }
        return outcome;
    }

    /**
     * Says of a command about one connection whether any instance has it.
     *
     * @throws RefusedException when that is not known, because one of them has not answered
     */
    static boolean found(Outcome outcome) throws RefusedException {
        if (outcome.result() == Outcome.Result.NONE && !outcome.unanswered().isEmpty()) {
            throw new RefusedException(
                    ErrorCode.UNAVAILABLE,
                    "not here, and no answer in time from instance " + String.join(", ", outcome.unanswered()));
        }
        return outcome.result() != Outcome.Result.NONE;
    }

    /** Answers with what was done, and with who has not said so. */
    static Response json(JsonObjectWriter done, Outcome outcome) {
        if (!outcome.unanswered().isEmpty()) {
            StringJoiner names = new StringJoiner(",", "[", "]");
            outcome.unanswered().forEach(name -> names.add(Json.quoted(name)));
            done.json("unanswered", names.toString());
        }
        return Requests.json(done.end());
    }

    /** Answers with a count. */
    static Response count(String name, CompletionStage<Outcome> command) throws RefusedException, InterruptedException {
        Outcome outcome = await(command);
        return json(new JsonObjectWriter(64).number(name, outcome.count()), outcome);
    }
}
