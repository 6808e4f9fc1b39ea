package io.kulkul.core.admin;

import io.kulkul.core.hub.Hub;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
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

/** Sends to a tenant as a whole; a subclass gives it its path (see the package). */
public class TenantsResource {

    private static final String BROADCAST = "broadcast";

    @Inject
    @SuppressWarnings("NullAway.Init") // by the container, before anybody calls
    Hub hub;

    /** Publishes an event to a tenant's channel {@code broadcast}, and so to all of its connections. */
    @POST
    @Path("{id}/events")
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.APPLICATION_JSON)
    @Tag(name = "tenants")
    @Operation(
            operationId = "publishToTenant",
            summary = "Send an event to a tenant",
            description = "It reaches all connections of the tenant that have given a token, whether they subscribed to"
                    + " `broadcast` or not.")
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
            @Parameter(description = "The tenant's name.") @PathParam("id") String id,
            InputStream body) {
        return new Requests(hub)
                .answer(headers, id, (caller, of) -> new Announcement(hub, caller, of, BROADCAST).publish(body));
    }
}
