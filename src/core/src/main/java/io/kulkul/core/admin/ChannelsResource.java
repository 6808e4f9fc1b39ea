package io.kulkul.core.admin;

import io.kulkul.api.spi.ChannelOperation;
import io.kulkul.core.channel.ChannelInfo;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.hub.Hub;
import io.kulkul.core.hub.RefusedException;
import io.kulkul.core.protocol.ErrorCode;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
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

/** Tells what channels of a tenant, or of all, are live; a subclass gives it its path (see the package). */
public class ChannelsResource {

    @Inject
    @SuppressWarnings("NullAway.Init") // by the container, before anybody calls
    Hub hub;

    /** A page of the live channels in the order of their names. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Tag(name = "channels")
    @Operation(
            operationId = "listChannels",
            summary = "List live channels",
            description =
                    "For operators, in the order of their names or as `sort` says. `rate` is how many events a second it has had lately. A channel is live while it has subscribers or kept events; one whose events are"
                            + " in the database is live where it was used lately, and only this instance's are listed.")
    @APIResponse(
            responseCode = "200",
            description = "A page; `next`, where there is more, is the next page's reference relative to this one.",
            content =
                    @Content(
                            mediaType = "application/json",
                            examples = @ExampleObject(name = "page", value = Examples.CHANNELS)))
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
                                    "Whose channels, where the token names no tenant; `*` for those of all tenants, which are always a table.")
                    @QueryParam("tenant")
                    @Nullable
                    String tenant,
            @Parameter(description = "The last name of the page before.") @QueryParam("after") @Nullable String after,
            @Parameter(
                            description =
                                    "Only channels with this text in their name (of all tenants also in the tenant), whatever its case.")
                    @QueryParam("search")
                    @Nullable
                    String search,
            @Parameter(
                            description =
                                    "What to sort by: `channel`, `tenant`, `head`, `subscribers` (patterns included) or `rate`; with `-` before it for the greatest first.")
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
                            description = "The most channels to list.",
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
            Reading channels = new Reading(Lists.CHANNELS)
                    .with("tenant", tenant)
                    .with("after", after)
                    .with("search", search)
                    .with("sort", sort)
                    .with("offset", offset)
                    .with("limit", limit);
            return Requests.json(channels.of(instance, hub, of));
        });
    }

    /** The channel's head, how much of it can be replayed, and how many subscribe to it. */
    @GET
    @Path("{name: .+}")
    @Produces(MediaType.APPLICATION_JSON)
    @Tag(name = "channels")
    @Operation(operationId = "getChannel", summary = "Tell of one live channel")
    @APIResponse(
            responseCode = "200",
            description = "The channel; `head` is absent where the namespace keeps no history.",
            content =
                    @Content(
                            mediaType = "application/json",
                            examples = @ExampleObject(name = "channel", value = Examples.CHANNEL)))
    @APIResponse(
            responseCode = "400",
            description = "No instance has the name that `instance` gives.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "401",
            description = "No valid token.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "403",
            description =
                    "The caller may not see who is on the channel, or is no operator and names an instance, or the tenant is not the caller's.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "404",
            description = "Nobody subscribes to the channel on this instance, and it has no kept events.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "503",
            description = "The instance that `instance` names has not answered in time.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    public Response get(
            @Context HttpHeaders headers,
            @Parameter(description = "The channel's name; its slashes are written as they are.") @PathParam("name")
                    String name,
            @Parameter(description = "Of which instance, for operators; the one that is asked where it is not given.")
                    @QueryParam("instance")
                    @Nullable
                    String instance,
            @Parameter(description = "Whose channel, where the token names no tenant.") @QueryParam("tenant") @Nullable
                    String tenant) {
        return new Requests(hub).answer(headers, tenant, (caller, of) -> {
            if (ChannelId.isValidName(name)) {
                hub.authorizing().require(caller, of, ChannelOperation.PRESENCE, name);
            }
            if (instance != null && !caller.administrator()) {
                throw new RefusedException(ErrorCode.FORBIDDEN, "instance needs the permission admin");
            }
            String channel = instance == null || instance.equals(hub.instance())
                    ? here(new ChannelId(of, name))
                    : new Reading(Lists.CHANNEL).with("channel", name).of(instance, hub, of);
            return channel.equals(Lists.NONE)
                    ? Problem.of(Response.Status.NOT_FOUND, "not_found", "no live channel has this name")
                            .response()
                    : Requests.json(channel);
        });
    }

    private String here(ChannelId channel) throws RefusedException {
        ChannelInfo info = hub.info(channel);
        return info == null ? Lists.NONE : ChannelText.json(info);
    }
}
