package io.kulkul.core.hub;

import io.kulkul.core.quota.TokenBucket;
import java.lang.System.Logger.Level;
import java.util.function.LongSupplier;

/**
 * Writes a log line for each token that is refused, without anything of the token: at most {@value #AT_ONCE} at once and
 * {@value #PER_SECOND} a second after that, because anybody can send wrong tokens; the next line says how many were left out. Thread-safe.
 */
final class RefusedTokens {

    private static final System.Logger LOG = System.getLogger(RefusedTokens.class.getName());
    private static final int AT_ONCE = 200;
    private static final int PER_SECOND = 10;

    private final TokenBucket lines;
    private long leftOut;

    RefusedTokens(LongSupplier nanoTime) {
        lines = new TokenBucket(PER_SECOND, AT_ONCE, nanoTime);
    }

    /**
     * Notes a refused token.
     *
     * @param where it came from; nothing that the client chooses
     */
    synchronized void note(String where, RefusedException refusal) {
        if (!lines.tryTake()) {
            leftOut++;
            return;
        }
        String others = leftOut == 0 ? "" : "; " + leftOut + " more lines like this were left out";
        leftOut = 0;
        LOG.log(
                Level.WARNING,
                () -> "KULKUL0303W " + where + ": a token is refused ("
                        + refusal.code().wire() + "): " + refusal.explanation() + others);
    }
}
