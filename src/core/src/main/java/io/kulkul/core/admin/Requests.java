package io.kulkul.core.admin;

import io.kulkul.core.access.Caller;
import io.kulkul.core.access.Revocations;
import io.kulkul.core.access.TokenVerifier;
import io.kulkul.core.hub.Hub;
import io.kulkul.core.hub.RefusedException;
import io.kulkul.core.protocol.ErrorCode;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Lets requests with a valid token through to the work, and answers those that fail with a problem. Thread-safe. */
final class Requests {

    private static final System.Logger LOG = System.getLogger(Requests.class.getName());
    private static final String SCHEME = "Bearer ";

    private final Hub hub;

    Requests(Hub hub) {
        this.hub = hub;
    }

    /**
     * Does the work for an operator: a caller with the permission {@code admin}.
     *
     * @param tenant see {@link #answer}
     */
    Response answerOperator(HttpHeaders headers, @Nullable String tenant, Work work) {
        return answer(headers, caller -> tenantOf(caller, tenant), forOperators(work));
    }

    /**
     * Does the work for an operator, which may be about all tenants at once.
     *
     * @param tenant see {@link #answer}, or {@link Revocations#ALL_TENANTS}
     */
    Response answerOperatorOfAll(HttpHeaders headers, @Nullable String tenant, Work work) {
        return answer(headers, caller -> tenantOrAll(caller, tenant), forOperators(work));
    }

    private static Work forOperators(Work work) {
        return (caller, of) -> {
            if (!caller.administrator()) {
                throw new RefusedException(ErrorCode.FORBIDDEN, "this needs the permission admin");
            }
            return work.answer(caller, of);
        };
    }

    /**
     * Does the work for a caller with a valid token; what else the caller needs is up to the work.
     *
     * @param tenant the tenant that the request names, if any
     */
    Response answer(HttpHeaders headers, @Nullable String tenant, Work work) {
        return answer(headers, caller -> tenantOf(caller, tenant), work);
    }

    private Response answer(HttpHeaders headers, TenantChoice tenant, Work work) {
        List<String> authorization = headers.getRequestHeader(HttpHeaders.AUTHORIZATION);
        try {
            Caller caller = hub.verify(token(authorization), "a request");
            return work.answer(caller, tenant.of(caller));
        } catch (RefusedException e) {
            return refused(e, authorization != null && !authorization.isEmpty());
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "KULKUL0912D a request's body broke off", e);
            return Problem.of(new RefusedException(ErrorCode.BAD_REQUEST, "the body cannot be read to its end"))
                    .response();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return Problem.of(new RefusedException(ErrorCode.UNAVAILABLE, "the instance is ending"))
                    .response();
        } catch (RuntimeException bug) {
            return failed(bug);
        }
    }

    private static Response refused(RefusedException refused, boolean withToken) {
        Response response = Problem.of(refused).response();
        if (response.getStatus() != Response.Status.UNAUTHORIZED.getStatusCode()) {
            return response;
        }
        // RFC 6750, section 3.1: a request without a token is told of the scheme only.
        String challenge = withToken ? "Bearer error=\"invalid_token\"" : "Bearer";
        return Response.fromResponse(response)
                .header(HttpHeaders.WWW_AUTHENTICATE, challenge)
                .build();
    }

    /** Logs a bug and answers with the id under which the log has it. */
    static Response failed(Throwable bug) {
        String correlation = UUID.randomUUID().toString();
        LOG.log(Level.ERROR, "KULKUL0911E a request failed: internal error " + correlation, bug);
        return Problem.internal(correlation).response();
    }

    private String token(@Nullable List<String> authorization) throws RefusedException {
        if (authorization == null || authorization.isEmpty()) {
            throw new RefusedException(ErrorCode.UNAUTHENTICATED, "this needs a bearer token");
        }
        if (authorization.size() > 1) {
            throw hub.refuseTokens("a request", "one Authorization header is expected");
        }
        String value = authorization.get(0);
        if (!value.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw new RefusedException(
                    ErrorCode.UNAUTHENTICATED, "one Authorization header with a bearer token is expected");
        }
        return value.substring(SCHEME.length()).strip();
    }

    /**
     * Whose channels and connections the request is about.
     *
     * @param asked the tenant that the request names, if any
     * @throws RefusedException when that is not the caller's, or no tenant's name
     */
    static String tenantOf(Caller caller, @Nullable String asked) throws RefusedException {
        String tenant = tenantOrAll(caller, asked);
        if (tenant.equals(Revocations.ALL_TENANTS)) {
            throw new RefusedException(ErrorCode.BAD_REQUEST, "this is about one tenant");
        }
        return tenant;
    }

    private static String tenantOrAll(Caller caller, @Nullable String asked) throws RefusedException {
        String claimed = caller.tenant();
        if (asked == null || asked.isEmpty()) {
            return claimed == null ? "" : claimed;
        }
        if (claimed == null ? !caller.administrator() : !claimed.equals(asked)) {
            throw new RefusedException(ErrorCode.FORBIDDEN, "the token is for another tenant");
        }
        if (!TokenVerifier.isName(asked) && !asked.equals(Revocations.ALL_TENANTS)) {
            throw new RefusedException(ErrorCode.BAD_REQUEST, "a tenant's name is 1 to 255 of A-Z a-z 0-9 _ . : / -");
        }
        return asked;
    }

    /** A successful answer in JSON. */
    static Response json(String text) {
        return Response.ok(text, MediaType.APPLICATION_JSON_TYPE.withCharset("utf-8"))
                .build();
    }

    /** Says whose channels and connections a request is about. */
    @FunctionalInterface
    private interface TenantChoice {
        String of(Caller caller) throws RefusedException;
    }

    /** What a request is for. */
    @FunctionalInterface
    interface Work {
        /**
         * Does it.
         *
         * @param tenant whose channels and connections it is about; empty without tenants
         */
        Response answer(Caller caller, String tenant) throws RefusedException, IOException, InterruptedException;
    }
}
