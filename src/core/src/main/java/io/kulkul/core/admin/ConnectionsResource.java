package io.kulkul.core.admin;

import io.kulkul.core.hub.Hub;
import io.kulkul.core.hub.Outcome;
import io.kulkul.core.hub.RefusedException;
import io.kulkul.core.json.JsonObjectWriter;
import io.kulkul.core.protocol.ErrorCode;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
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

/** Lists the open connections of a tenant, or of all, on this instance; a subclass gives it its path (see the package). */
public class ConnectionsResource {

    private static final int MAX_BYTES = 65_536;

    @Inject
    @SuppressWarnings("NullAway.Init") // by the container, before anybody calls
    Hub hub;

    /** A page of the open connections in the order of their ids. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Tag(name = "connections")
    @Operation(
            operationId = "listConnections",
            summary = "List open connections",
            description =
                    "For operators. Those of this instance, in the order of their ids or as `sort` says. `lag` is how many events wait to be sent.")
    @APIResponse(
            responseCode = "200",
            description = "A page; `next`, where there is more, is the next page's reference relative to this one.",
            content =
                    @Content(
                            mediaType = "application/json",
                            examples = @ExampleObject(name = "page", value = Examples.CONNECTIONS)))
    @APIResponse(
            responseCode = "400",
            description = "The limit, the offset or the column is wrong.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "401",
            description = "No valid token.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "403",
            description = "The caller is no operator, or the tenant is not the caller's.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "503",
            description = "The instance that `instance` names has not answered in time.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    public Response list(
            @Context HttpHeaders headers,
            @Parameter(
                            description =
                                    "Whose connections, where the token names no tenant; `*` for those of all tenants.")
                    @QueryParam("tenant")
                    @Nullable
                    String tenant,
            @Parameter(description = "Only connections of this user.") @QueryParam("user") @Nullable String user,
            @Parameter(description = "Only connections with a subscription to this channel or pattern.")
                    @QueryParam("channel")
                    @Nullable
                    String channel,
            @Parameter(description = "The last id of the page before.") @QueryParam("after") @Nullable String after,
            @Parameter(
                            description =
                                    "Only connections with this text in id, user or dialect (of all tenants also in the tenant), whatever its case.")
                    @QueryParam("search")
                    @Nullable
                    String search,
            @Parameter(
                            description =
                                    "What to sort by: `connection`, `user`, `tenant`, `dialect`, `opened`, `subscriptions` or `lag`; with `-` before it for the greatest first.")
                    @QueryParam("sort")
                    @Nullable
                    String sort,
            @Parameter(
                            description =
                                    "How many to leave out. With `search`, `sort` or `offset` the answer has `total`, and `after` is not allowed.")
                    @QueryParam("offset")
                    @Nullable
                    String offset,
            @Parameter(
                            description =
                                    "Of which instance, by its name in `GET /instances`; the one that is asked where it is not given.")
                    @QueryParam("instance")
                    @Nullable
                    String instance,
            @Parameter(
                            description = "The most connections to list.",
                            schema =
                                    @Schema(
                                            type = SchemaType.INTEGER,
                                            minimum = "1",
                                            maximum = "1000",
                                            defaultValue = "100"))
                    @QueryParam("limit")
                    @Nullable
                    String limit) {
        return new Requests(hub).answerOperatorOfAll(headers, tenant, (caller, of) -> {
            Reading connections = new Reading(Lists.CONNECTIONS)
                    .with("tenant", tenant)
                    .with("user", user)
                    .with("channel", channel)
                    .with("after", after)
                    .with("search", search)
                    .with("sort", sort)
                    .with("offset", offset)
                    .with("limit", limit);
            return Requests.json(connections.of(instance, hub, of));
        });
    }

    /** One connection, and what it is subscribed to. */
    @GET
    @Path("{id}")
    @Produces(MediaType.APPLICATION_JSON)
    @Tag(name = "connections")
    @Operation(
            operationId = "getConnection",
            summary = "Tell of one connection",
            description =
                    "For operators. `implicit` subscriptions are those that the hub began by itself: `broadcast` and the user's own channel.")
    @APIResponse(
            responseCode = "200",
            description = "The connection.",
            content =
                    @Content(
                            mediaType = "application/json",
                            examples = @ExampleObject(name = "answer", value = Examples.CONNECTION)))
    @APIResponse(
            responseCode = "401",
            description = "No valid token.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "403",
            description = "The caller is no operator, or the tenant is not the caller's.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "404",
            description = "There is no such connection.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    public Response get(
            @Context HttpHeaders headers,
            @Parameter(description = "The connection's id.") @PathParam("id") String id,
            @Parameter(
                            description =
                                    "Of which instance, by its name in `GET /instances`; the one that is asked where it is not given.")
                    @QueryParam("instance")
                    @Nullable
                    String instance,
            @Parameter(description = "Whose, where the token names no tenant.") @QueryParam("tenant") @Nullable
                    String tenant) {
        return new Requests(hub).answerOperator(headers, tenant, (caller, of) -> {
            String connection = new Reading(Lists.CONNECTION).with("id", id).of(instance, hub, of);
            return connection.equals(Lists.NONE) ? none() : Requests.json(connection);
        });
    }

    /** Closes one connection with 4410. */
    @POST
    @Path("{id}/disconnect")
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.APPLICATION_JSON)
    @Tag(name = "connections")
    @Operation(
            operationId = "disconnectConnection",
            summary = "Disconnect a connection",
            description = "For operators. Closes it with 4410, whichever instance it is on.")
    @APIResponse(
            responseCode = "200",
            description = "It is being closed.",
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
    @APIResponse(
            responseCode = "404",
            description = "No instance has such a connection.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "503",
            description = "No instance that has answered has such a connection, but one has not answered in time.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    public Response disconnect(
            @Context HttpHeaders headers,
            @Parameter(description = "The connection's id.") @PathParam("id") String id,
            @Parameter(description = "Whose, where the token names no tenant.") @QueryParam("tenant") @Nullable
                    String tenant) {
        return new Requests(hub).answerOperator(headers, tenant, (caller, of) -> {
            Outcome outcome = Answered.await(hub.operating().disconnect(caller, of, id));
            return Answered.found(outcome)
                    ? Answered.json(new JsonObjectWriter(64).number("disconnected", outcome.count()), outcome)
                    : none();
        });
    }

    /** Ends one subscription of a connection. */
    @POST
    @Path("{id}/unsubscribe")
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.APPLICATION_JSON)
    @Tag(name = "connections")
    @Operation(
            operationId = "unsubscribeConnection",
            summary = "End a subscription",
            description =
                    "For operators. The client is told `unsubscribed` with the reason `revoked`, whichever instance it is on.")
    @RequestBody(
            required = true,
            content =
                    @Content(
                            mediaType = "application/json",
                            schema = @Schema(type = SchemaType.OBJECT),
                            examples = @ExampleObject(name = "body", value = Examples.UNSUBSCRIBE)))
    @APIResponse(
            responseCode = "200",
            description = "The subscription has ended.",
            content =
                    @Content(
                            mediaType = "application/json",
                            examples = @ExampleObject(name = "answer", value = Examples.UNSUBSCRIBED)))
    @APIResponse(
            responseCode = "400",
            description = "The body does not name a channel.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "401",
            description = "No valid token.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "403",
            description = "The caller is no operator, or the tenant is not the caller's.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "404",
            description = "No instance has such a connection.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "503",
            description = "No instance that has answered has such a connection, but one has not answered in time.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "409",
            description = "The connection has no such subscription.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    public Response unsubscribe(
            @Context HttpHeaders headers,
            @Parameter(description = "The connection's id.") @PathParam("id") String id,
            @Parameter(description = "Whose, where the token names no tenant.") @QueryParam("tenant") @Nullable
                    String tenant,
            InputStream body) {
        return new Requests(hub).answerOperator(headers, tenant, (caller, of) -> {
            String channel = CommandText.read(body, MAX_BYTES).string("channel");
            if (channel == null) {
                throw new RefusedException(ErrorCode.BAD_REQUEST, "channel is missing");
            }
            Outcome outcome = Answered.await(hub.operating().unsubscribe(caller, of, id, channel));
            if (!Answered.found(outcome)) {
                return none();
            }
            if (outcome.count() == 0) {
                throw new RefusedException(ErrorCode.NOT_SUBSCRIBED, "the connection has no such subscription");
            }
            return Answered.json(new JsonObjectWriter(64).string("unsubscribed", channel), outcome);
        });
    }

    private static Response none() {
        return Problem.of(Response.Status.NOT_FOUND, "not_found", "no open connection has this id")
                .response();
    }
}
