package io.kulkul.core.admin;

import io.kulkul.core.hub.RefusedException;
import io.kulkul.core.json.JsonObjectWriter;
import io.kulkul.core.protocol.ErrorCode;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import org.jspecify.annotations.Nullable;

/**
 * Why a request was not carried out, as RFC 9457 writes it.
 *
 * @param code the protocol's error code, or the HTTP status in such letters
 * @param detail for people; says nothing about the server's insides
 * @param index which element of the request's array it is about, counted from 0; -1 for the request as a whole
 * @param correlation the id under which the server's log has the cause; null where there is nothing to look up
 */
record Problem(
        Status status,
        String code,
        String detail,
        int index,
        @Nullable String correlation) {

    static final String MEDIA_TYPE = "application/problem+json";
    private static final String TYPE = "urn:kulkul:problem:";

    static Problem of(RefusedException refused) {
        return of(refused, -1);
    }

    static Problem of(RefusedException refused, int index) {
        return new Problem(
                status(refused.code()),
                refused.code().wire(),
                index < 0 ? refused.explanation() : "element " + index + ": " + refused.explanation(),
                index,
                null);
    }

    static Problem of(Status status, String code, String detail) {
        return new Problem(status, code, detail, -1, null);
    }

    /** Says where the log tells more, and nothing else. */
    static Problem internal(String correlation) {
        return new Problem(Status.INTERNAL_SERVER_ERROR, ErrorCode.INTERNAL.wire(), "internal error", -1, correlation);
    }

    private static Status status(ErrorCode code) {
        return switch (code) {
            case BAD_JSON, BAD_REQUEST, UNKNOWN_TYPE, UNKNOWN_DIALECT, BAD_CHANNEL -> Status.BAD_REQUEST;
            case UNAUTHENTICATED, TOKEN_INVALID, TOKEN_EXPIRED -> Status.UNAUTHORIZED;
            case FORBIDDEN -> Status.FORBIDDEN;
            case ALREADY_SUBSCRIBED, NOT_SUBSCRIBED, LIMIT_SUBSCRIPTIONS -> Status.CONFLICT;
            case HISTORY_UNAVAILABLE -> Status.NOT_FOUND;
            case LIMIT_MESSAGE_SIZE -> Status.REQUEST_ENTITY_TOO_LARGE;
            case RATE_LIMITED -> Status.TOO_MANY_REQUESTS;
            case UNAVAILABLE -> Status.SERVICE_UNAVAILABLE;
            case INTERNAL -> Status.INTERNAL_SERVER_ERROR;
        };
    }

    String json() {
        JsonObjectWriter object = new JsonObjectWriter(256)
                .string("type", TYPE + code)
                .string("title", title())
                .number("status", status.getStatusCode())
                .string("detail", detail)
                .string("code", code);
        if (index >= 0) {
            object.number("index", index);
        }
        return object.string("correlation", correlation).end();
    }

    /** The code in words: the same for every problem of this type. */
    private String title() {
        String words = code.replace('_', ' ');
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    Response response() {
        return Response.status(status).type(MEDIA_TYPE).entity(json()).build();
    }
}
