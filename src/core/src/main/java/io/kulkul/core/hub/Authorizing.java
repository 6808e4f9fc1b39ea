package io.kulkul.core.hub;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.kulkul.api.UserChannel;
import io.kulkul.api.spi.AccessRequest;
import io.kulkul.api.spi.Authorization;
import io.kulkul.api.spi.Authorization.Verdict;
import io.kulkul.api.spi.ChannelAuthorizer;
import io.kulkul.api.spi.ChannelOperation;
import io.kulkul.core.access.Caller;
import io.kulkul.core.channel.Channels;
import io.kulkul.core.channel.NamespaceOptions;
import io.kulkul.core.channel.NamespaceOptions.Access;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.protocol.ErrorCode;
import io.kulkul.core.subscription.ChannelPattern;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may do what with which channel: by public namespaces, the caller's own channel, the token's permissions, and the rules of
 * the application. Thread-safe.
 */
public final class Authorizing {

    private static final System.Logger LOG = System.getLogger(Authorizing.class.getName());

    /** The most answers that are remembered; beyond it the least used ones are asked for again. */
    private static final int MAX_REMEMBERED = 100_000;

    /** What a client may call its own channel. */
    static final String OWN_CHANNEL = "user:me";

    private static final String EVERYTHING = "*";

    private final Channels channels;
    private final Threads threads;
    private final Duration timeout;
    private final Supplier<String> correlations;
    private final CopyOnWriteArrayList<ChannelAuthorizer> authorizers = new CopyOnWriteArrayList<>();
    private final Cache<AccessRequest, Authorization> answers;

    /**
     * Decides without rules of an application until some are added.
     *
     * @param timeout how long an application's rule may take
     */
    Authorizing(
            Channels channels,
            Threads threads,
            Duration timeout,
            Supplier<String> correlations,
            LongSupplier nanoTime) {
        this.channels = channels;
        this.threads = threads;
        this.timeout = timeout;
        this.correlations = correlations;
        this.answers = Caffeine.newBuilder()
                .maximumSize(MAX_REMEMBERED)
                .ticker(nanoTime::getAsLong)
                .executor(Runnable::run)
                .expireAfter(new AsLongAsItSays())
                .build();
    }

    void add(ChannelAuthorizer authorizer) {
        authorizers.add(authorizer);
    }

    /**
     * Decides, where that can be done without asking the application.
     *
     * @param channel a valid name, or a valid pattern
     */
    Decision decide(Caller caller, String tenant, ChannelOperation operation, String channel) {
        boolean granted = granted(caller, tenant, operation, channel);
        if (caller.administrator() || authorizers.isEmpty() || channel.equals(EVERYTHING)) {
            return Decision.of(granted, caller.authenticated());
        }
        AccessRequest request = new AccessRequest(
                caller.authenticated() ? caller.user() : null, tenant, caller.groups(), operation, channel, granted);
        Authorization known = answers.getIfPresent(request);
        return known == null ? Decision.ask(request) : Decision.of(request, known.verdict());
    }

    /**
     * Decides, and waits for the application where it has to be asked.
     *
     * @throws RefusedException when the caller may not do it, or nobody can say so at present
     */
    public void require(Caller caller, String tenant, ChannelOperation operation, String channel)
            throws RefusedException {
        Decision decision = decide(caller, tenant, operation, channel);
        if (decision.request() != null) {
            CompletableFuture<Decision> answer = new CompletableFuture<>();
            ask(decision.request(), answer::complete);
            decision = answer.join();
        }
        decision.orRefuse();
    }

    private boolean granted(Caller caller, String tenant, ChannelOperation operation, String channel) {
        boolean own = caller.authenticated() && channel.equals(caller.ownChannel());
        return own
                || caller.permissions().allow(operation, channel)
                || (operation == ChannelOperation.PUBLISH
                        ? caller.authenticated() && clientsPublish(tenant, channel)
                        : open(tenant, channel));
    }

    private boolean clientsPublish(String tenant, String channel) {
        NamespaceOptions options = optionsMeant(new ChannelId(tenant, channel));
        return options != null && options.clientPublish();
    }

    /** Whether the channel or pattern can be read without a token. */
    boolean open(String tenant, String channel) {
        ChannelId id = new ChannelId(tenant, channel);
        NamespaceOptions options = id.namespace().indexOf('*') < 0 ? optionsMeant(id) : null;
        return options != null && options.access() == Access.PUBLIC;
    }

    /** The options, unless they are the defaults of all namespaces and were hardly meant for users' channels and the hub's own. */
    private @Nullable NamespaceOptions optionsMeant(ChannelId id) {
        NamespaceOptions options = channels.options(id);
        boolean delicate = id.reserved() || id.namespace().equals(UserChannel.NAMESPACE);
        return delicate && !options.name().equals(id.namespace()) ? null : options;
    }

    /**
     * Asks the application on a thread that may wait.
     *
     * @param then is told what was decided, once, on any thread
     */
    void ask(AccessRequest request, Consumer<Decision> then) {
        AtomicBoolean answered = new AtomicBoolean();
        ScheduledFuture<?> tooLate = threads.timer()
                .schedule(
                        () -> {
                            if (answered.compareAndSet(false, true)) {
                                LOG.log(
                                        Level.WARNING,
                                        () -> "KULKUL0305W an authorizer has not answered within " + timeout);
                                threads.writers()
                                        .execute(() -> then.accept(Decision.refused(new RefusedException(
                                                ErrorCode.UNAVAILABLE,
                                                "nobody can say at present whether this is allowed"))));
                            }
                        },
                        timeout.toMillis(),
                        TimeUnit.MILLISECONDS);
        Runnable asking = () -> {
            Decision decision = consult(request);
            if (answered.compareAndSet(false, true)) {
                tooLate.cancel(false);
                then.accept(decision);
            }
        };
        try {
            threads.authorizers().execute(asking);
        } catch (RejectedExecutionException stopping) {
            if (answered.compareAndSet(false, true)) {
                tooLate.cancel(false);
                then.accept(Decision.refused(new RefusedException(ErrorCode.UNAVAILABLE, "the instance is ending")));
            }
        }
    }

    private Decision consult(AccessRequest request) {
        try {
            Authorization answer = combined(request);
            if (!answer.validFor().isZero()) {
                answers.put(request, answer);
            }
            return Decision.of(request, answer.verdict());
        } catch (RuntimeException bug) {
            String correlation = correlations.get();
            LOG.log(Level.ERROR, "KULKUL0306E an authorizer failed: internal error " + correlation, bug);
            return Decision.refused(new RefusedException(ErrorCode.INTERNAL, "internal error", correlation));
        }
    }

    /** A denial decides at once; else the shortest time that one of them says. */
    private Authorization combined(AccessRequest request) {
        Verdict verdict = Verdict.ABSTAIN;
        Duration validFor = null;
        for (ChannelAuthorizer authorizer : authorizers) {
            Authorization answer =
                    Objects.requireNonNull(authorizer.authorize(request), "an authorizer answered with null");
            if (answer.verdict() == Verdict.DENY) {
                return answer;
            }
            verdict = answer.verdict() == Verdict.ALLOW ? Verdict.ALLOW : verdict;
            validFor = validFor == null || answer.validFor().compareTo(validFor) < 0 ? answer.validFor() : validFor;
        }
        return new Authorization(verdict, validFor == null ? Duration.ZERO : validFor);
    }

    /** What a client means by this name where it is about reading: {@code user:me} is its own channel. */
    static String resolve(Caller caller, String name) throws RefusedException {
        if (!name.equals(OWN_CHANNEL)) {
            return name;
        }
        if (!caller.authenticated()) {
            throw new RefusedException(ErrorCode.UNAUTHENTICATED, "user:me needs a token");
        }
        return caller.ownChannel();
    }

    /** Refuses what is neither a channel's name nor, where that may be, a pattern. */
    static void requireValid(String name, boolean patternToo) throws RefusedException {
        boolean pattern = patternToo && ChannelPattern.looksLikePattern(name);
        boolean valid = pattern ? ChannelPattern.isValid(name) : ChannelId.isValidName(name);
        if (!valid) {
            throw new RefusedException(
                    ErrorCode.BAD_CHANNEL,
                    "a channel's name is 1 to 255 of A-Z a-z 0-9 _ . : / -"
                            + (patternToo ? ", and a pattern has whole segments *" : ""));
        }
    }

    /**
     * What was decided.
     *
     * @param request what the application has to be asked; null where it is decided
     * @param refusal why it is not allowed; null where it is
     */
    record Decision(
            @Nullable AccessRequest request, @Nullable RefusedException refusal) {

        private static final Decision ALLOWED = new Decision(null, null);
        private static final Decision FORBIDDEN =
                new Decision(null, new RefusedException(ErrorCode.FORBIDDEN, "the token has no permission for this"));
        private static final Decision UNAUTHENTICATED =
                new Decision(null, new RefusedException(ErrorCode.UNAUTHENTICATED, "this needs a token"));

        static Decision of(boolean allowed, boolean authenticated) {
            if (allowed) {
                return ALLOWED;
            }
            return authenticated ? FORBIDDEN : UNAUTHENTICATED;
        }

        static Decision of(AccessRequest request, Verdict verdict) {
            return of(
                    verdict == Verdict.ALLOW || (verdict == Verdict.ABSTAIN && request.granted()),
                    request.user() != null);
        }

        static Decision ask(AccessRequest request) {
            return new Decision(request, null);
        }

        static Decision refused(RefusedException refusal) {
            return new Decision(null, refusal);
        }

        void orRefuse() throws RefusedException {
            if (refusal != null) {
                throw refusal;
            }
        }
    }

    /** Remembers each answer as long as it says. */
    private static final class AsLongAsItSays implements Expiry<AccessRequest, Authorization> {
        @Override
        public long expireAfterCreate(AccessRequest request, Authorization answer, long now) {
            return answer.validFor().compareTo(Duration.ofDays(365)) > 0
                    ? TimeUnit.DAYS.toNanos(365)
                    : answer.validFor().toNanos();
        }

        @Override
        public long expireAfterUpdate(AccessRequest request, Authorization answer, long now, long left) {
            return expireAfterCreate(request, answer, now);
        }

        @Override
        public long expireAfterRead(AccessRequest request, Authorization answer, long now, long left) {
            return left;
        }
    }
}
