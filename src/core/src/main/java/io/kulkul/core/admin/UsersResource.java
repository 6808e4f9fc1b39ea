package io.kulkul.core.admin;

import io.kulkul.api.UserChannel;
import io.kulkul.core.hub.Hub;
import io.kulkul.core.hub.RefusedException;
import io.kulkul.core.protocol.ErrorCode;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
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

/** Commands about one user; a subclass gives it its path (see the package). */
public class UsersResource {

    @Inject
    @SuppressWarnings("NullAway.Init") // by the container, before anybody calls
    Hub hub;

    /** Closes all connections of a user with 4410. */
    @POST
    @Path("{id: .+}/disconnect")
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.APPLICATION_JSON)
    @Tag(name = "users")
    @Operation(
            operationId = "disconnectUser",
            summary = "Disconnect a user",
            description =
                    "For operators. Closes all connections of the user, on all instances, with 4410. `unanswered`, where it is there, names the instances that have not told in time.")
    @APIResponse(
            responseCode = "200",
            description = "How many connections there were, on all instances together.",
            content =
                    @Content(
                            mediaType = "application/json",
                            examples = @ExampleObject(name = "answer", value = Examples.DISCONNECTED)))
    @APIResponse(
            responseCode = "401",
            description = "No valid token.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "403",
            description = "The caller is no operator, or the tenant is not the caller's.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    public Response disconnect(
            @Context HttpHeaders headers,
            @Parameter(description = "The token's `sub`.") @PathParam("id") String id,
            @Parameter(description = "Whose, where the token names no tenant.") @QueryParam("tenant") @Nullable
                    String tenant) {
        return new Requests(hub)
                .answerOperator(
                        headers,
                        tenant,
                        (caller, of) ->
                                Answered.count("disconnected", hub.operating().disconnectUser(caller, of, id)));
    }

    /** Publishes an event to a user's own channel, and so to all connections of that user. */
    @POST
    @Path("{id: .+}/events")
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.APPLICATION_JSON)
    @Tag(name = "users")
    @Operation(
            operationId = "publishToUser",
            summary = "Send an event to a user",
            description =
                    "It reaches all connections of the user, whether they subscribed to the user's channel or not.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(type = SchemaType.OBJECT),
                            examples = @ExampleObject(name = "body", value = Examples.EVENT_ITSELF)))
    @APIResponse(
            responseCode = "200",
            description = "Published. `epoch` and `seq` are absent where the namespace keeps no history.",
            content =
                    @Content(
                            mediaType = "application/json",
                            examples = @ExampleObject(name = "answer", value = Examples.PUBLISHED)))
    @APIResponse(
            responseCode = "400",
            description = "The event is not acceptable; nothing was published.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "401",
            description = "No valid token.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "403",
            description = "The caller has no permission to publish there, or the tenant is not the caller's.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "413",
            description = "The event is too large.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    public Response publish(
            @Context HttpHeaders headers,
            @Parameter(description = "The token's `sub`.") @PathParam("id") String id,
            @Parameter(description = "Whose, where the token names no tenant.") @QueryParam("tenant") @Nullable
                    String tenant,
            InputStream body) {
        return new Requests(hub)
                .answer(headers, tenant, (caller, of) -> new Announcement(hub, caller, of, channel(id)).publish(body));
    }

    private static String channel(String user) throws RefusedException {
        try {
            return UserChannel.of(user);
        } catch (IllegalArgumentException nobody) {
            throw new RefusedException(ErrorCode.BAD_CHANNEL, "nobody's id is empty or so long");
        }
    }
}
