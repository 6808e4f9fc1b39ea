package io.kulkul.core.admin;

import io.kulkul.core.hub.Hub;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Takes tokens back; a subclass gives it its path (see the package). */
public class TokensResource {

    private static final int MAX_BYTES = 65_536;

    @Inject
    @SuppressWarnings("NullAway.Init") // by the container, before anybody calls
    Hub hub;

    /** Revokes one token, a user's tokens, or everybody's. */
    @POST
    @Path("revoke")
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.APPLICATION_JSON)
    @Tag(name = "tokens")
    @Operation(operationId = "revokeTokens", summary = "Revoke tokens", description = """
                    For operators. The body has `jti`, and `expires` where the token's end is known; or `user`, and \
                    `issuedBefore` where not everything until now is meant; or `issuedBefore` alone, for the tokens of \
                    everybody. Times are milliseconds since the Unix epoch. The connections of such tokens are closed with \
                    4401 at once, and the tokens are refused for as long as they could still be valid.""")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(type = SchemaType.OBJECT),
                            examples = @ExampleObject(name = "body", value = Examples.REVOCATION)))
    @APIResponse(
            responseCode = "200",
            description = "Revoked; how many connections had such a token, on all instances together. `unanswered`,"
                    + " where it is there, names the instances that have not told in time; they learn of it later.",
            content =
                    @Content(
                            mediaType = "application/json",
                            examples = @ExampleObject(name = "answer", value = Examples.REVOKED)))
    @APIResponse(
            responseCode = "400",
            description = "The body does not say what to revoke.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "401",
            description = "No valid token.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "403",
            description = "The caller is no operator, or the tenant is not the caller's.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    public Response revoke(
            @Context HttpHeaders headers,
            @Parameter(
                            description =
                                    "Whose tokens, where the caller's names no tenant; `*` for those of all tenants, with `issuedBefore` alone.")
                    @QueryParam("tenant")
                    @Nullable
                    String tenant,
            InputStream body) {
        return new Requests(hub).answerOperatorOfAll(headers, tenant, (caller, of) -> {
            Instant now = hub.now();
            Revocation revocation = Revocation.of(CommandText.read(body, MAX_BYTES), now);
            return Answered.count("connections", revocation.carryOut(hub.operating(), caller, of, now));
        });
    }
}
