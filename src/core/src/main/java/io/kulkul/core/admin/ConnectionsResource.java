package io.kulkul.core.admin;

import io.kulkul.core.connection.Connection;
import io.kulkul.core.hub.Hub;
import io.kulkul.core.json.JsonObjectWriter;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Lists the open connections of a tenant on this instance; a subclass gives it its path (see the package). */
public class ConnectionsResource {

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
                    "Those of this instance, in the order of their ids. `lag` is how many events wait to be sent.")
    @APIResponse(
            responseCode = "200",
            description = "A page; `next`, where there is more, is the next page's reference relative to this one.",
            content =
                    @Content(
                            mediaType = "application/json",
                            examples = @ExampleObject(name = "page", value = Examples.CONNECTIONS)))
    @APIResponse(
            responseCode = "400",
            description = "The limit is wrong.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "401",
            description = "No valid token.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    public Response list(
            @Context HttpHeaders headers,
            @Parameter(description = "Whose connections, where the token names no tenant.")
                    @QueryParam("tenant")
                    @Nullable
                    String tenant,
            @Parameter(description = "The last id of the page before.") @QueryParam("after") @Nullable String after,
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
        return new Requests(hub).answer(headers, tenant, (caller, of) -> {
            Page page = Page.of(after, limit);
            return Requests.json(page.json(
                    "connections",
                    hub.connections().page(of, page.after(), page.lookFor()),
                    Connection::id,
                    ConnectionsResource::json,
                    tenant));
        });
    }

    /** Without the session's id, which is the client's secret. */
    private static String json(Connection connection) {
        String user = connection.caller().user();
        return new JsonObjectWriter(192)
                .string("connection", connection.id())
                .string("user", user.isEmpty() ? null : user)
                .string("tenant", connection.tenant().isEmpty() ? null : connection.tenant())
                .string("dialect", connection.dialect().name())
                .number("opened", connection.openedMillis())
                .number("subscriptions", connection.subscriptions().size())
                .number("lag", connection.lag())
                .end();
    }
}
