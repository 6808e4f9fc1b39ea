package io.kulkul.core.admin;

import io.kulkul.core.access.Caller;
import io.kulkul.core.hub.EventText;
import io.kulkul.core.hub.Hub;
import io.kulkul.core.hub.RefusedException;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.media.SchemaProperty;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Takes events by HTTP; a subclass gives it its path (see the package). */
public class EventsResource {

    @Inject
    @SuppressWarnings("NullAway.Init") // by the container, before anybody calls
    Hub hub;

    /**
     * Publishes what the body holds, in its order and in the name of the token's user.
     *
     * @param body read as it comes in: a stream of lines may be of any length
     */
    @POST
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.APPLICATION_JSON)
    @Tag(name = "events")
    @Operation(operationId = "publishEvents", summary = "Publish events", description = """
                    The body is one event, an array of at most 1,000 events, or a stream of lines with one event each \
                    (NDJSON) of any length. The body itself tells which, whatever its content type says; with \
                    `application/x-ndjson` it is a stream in any case.

                    One event and an array are published as a whole or not at all. Of a stream, a line that is refused \
                    does not keep the lines before and after it from being published; the first 100 refused lines are listed.""")
    @RequestBody(
            required = true,
            content = {
                @Content(
                        mediaType = "application/json",
                        schema =
                                @Schema(
                                        type = SchemaType.OBJECT,
                                        requiredProperties = {"channel", "event", "payload"},
                                        properties = {
                                            @SchemaProperty(
                                                    name = "channel",
                                                    type = SchemaType.STRING,
                                                    maxLength = 255),
                                            @SchemaProperty(name = "event", type = SchemaType.STRING, maxLength = 255),
                                            @SchemaProperty(
                                                    name = "payload",
                                                    description = "Any JSON value; it reaches the clients as it is."),
                                            @SchemaProperty(
                                                    name = "key",
                                                    type = SchemaType.STRING,
                                                    maxLength = 128,
                                                    description =
                                                            "Idempotency key: a second event with it is not published."),
                                            @SchemaProperty(
                                                    name = "correlation",
                                                    type = SchemaType.STRING,
                                                    maxLength = 128)
                                        }),
                        examples = {
                            @ExampleObject(name = "one", summary = "One event", value = Examples.EVENT),
                            @ExampleObject(name = "several", summary = "An array of events", value = Examples.EVENTS)
                        }),
                @Content(
                        mediaType = "application/x-ndjson",
                        schema = @Schema(type = SchemaType.STRING),
                        examples = @ExampleObject(name = "lines", value = Examples.EVENT_LINES))
            })
    @APIResponse(
            responseCode = "200",
            description = "Published. `epoch` and `seq` are absent where the namespace keeps no history.",
            content =
                    @Content(
                            mediaType = "application/json",
                            examples = {
                                @ExampleObject(name = "one", value = Examples.PUBLISHED),
                                @ExampleObject(name = "several", value = "[" + Examples.PUBLISHED + "]"),
                                @ExampleObject(name = "lines", value = Examples.PUBLISHED_LINES)
                            }))
    @APIResponse(
            responseCode = "400",
            description = "Nothing was published. For an array, `index` names the element.",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            examples = @ExampleObject(name = "problem", value = Examples.PROBLEM)))
    @APIResponse(
            responseCode = "401",
            description = "No valid token.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "403",
            description = "The caller has no permission to publish to the channel, or the tenant is not the caller's.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "413",
            description = "The event or the array is too large.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    public Response publish(
            @Context HttpHeaders headers,
            @Parameter(description = "Whose channels, where the token names no tenant.") @QueryParam("tenant") @Nullable
                    String tenant,
            InputStream body) {
        return new Requests(hub).answer(headers, tenant, (caller, of) -> publish(caller, of, type(headers), body));
    }

    private Response publish(Caller caller, String tenant, String mediaType, InputStream body)
            throws RefusedException, IOException, InterruptedException {
        EventIntake intake = new EventIntake(
                new HubSink(hub.publishing(), hub.authorizing(), caller),
                new EventText(tenant, caller.user()),
                hub.connectionSettings().maxMessageBytes());
        EventIntake.Answer answer = intake.take(body, mediaType);
        return answer instanceof EventIntake.Answer.Done done
                ? Requests.json(done.json())
                : ((EventIntake.Answer.Refused) answer).problem().response();
    }

    private static String type(HttpHeaders headers) {
        MediaType type = headers.getMediaType();
        return type == null ? "" : type.getType() + '/' + type.getSubtype();
    }
}
