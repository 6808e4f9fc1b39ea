package io.kulkul.core.admin;

import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.ext.ExceptionMapper;
import java.util.Locale;

/**
 * Answers whatever goes wrong under an application path with a problem (RFC 9457): unknown paths, wrong methods, bugs.
 *
 * <p>For all resources of an application at once, so an application that wants it says so: by a subclass annotated {@code @Provider}.
 */
public class ProblemMapper implements ExceptionMapper<Throwable> {

    @Override
    public Response toResponse(Throwable thrown) {
        if (!(thrown instanceof WebApplicationException http)) {
            return Requests.failed(thrown);
        }
        Response response = http.getResponse();
        if (response.getStatus() < Status.BAD_REQUEST.getStatusCode()) {
            return response;
        }
        Status status = Status.fromStatusCode(response.getStatus());
        if (status == null || status == Status.INTERNAL_SERVER_ERROR) {
            return Requests.failed(thrown);
        }
        String code = status.name().toLowerCase(Locale.ROOT);
        // The headers stay: a wrong method's answer names the right ones.
        return Response.fromResponse(response)
                .type(Problem.MEDIA_TYPE)
                .entity(Problem.of(status, code, status.getReasonPhrase()).json())
                .build();
    }
}
