package io.kulkul.core.admin;

import io.kulkul.core.access.Revocations;
import io.kulkul.core.hub.Hub;
import io.kulkul.core.json.JsonObjectWriter;
import io.kulkul.core.telemetry.HubStatistics;
import io.kulkul.core.telemetry.InstanceStatistics;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Tells of this instance, and empties it; a subclass gives it its path (see the package). */
public class InstanceResource {

    @Inject
    @SuppressWarnings("NullAway.Init") // by the container, before anybody calls
    Hub hub;

    @Inject
    @SuppressWarnings("NullAway.Init") // by the container, before anybody calls
    HubStatistics statistics;

    /** What runs here since when, and its counts of all tenants together. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Tag(name = "instance")
    @Operation(
            operationId = "getInstance",
            summary = "Tell of this instance",
            description =
                    "Its counts are those of all tenants together. `started` is in milliseconds since the Unix epoch.")
    @APIResponse(
            responseCode = "200",
            description = "The instance.",
            content =
                    @Content(
                            mediaType = "application/json",
                            examples = @ExampleObject(name = "instance", value = Examples.INSTANCE)))
    @APIResponse(
            responseCode = "401",
            description = "No valid token.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "403",
            description = "The caller is no operator.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    public Response get(@Context HttpHeaders headers) {
        return new Requests(hub).answerOperator(headers, null, (caller, tenant) -> Requests.json(json()));
    }

    /** Sends the clients away, so that the instance can be stopped. */
    @POST
    @Path("drain")
    @Consumes(MediaType.WILDCARD)
    @Produces(MediaType.APPLICATION_JSON)
    @Tag(name = "instance")
    @Operation(operationId = "drainInstance", summary = "Send all clients away", description = """
                    For operators of all tenants: the token names none. The instance turns unready, answers handshakes with 503, and \
                    tells each client when it will be closed (frame `reconnect`, then 1012), evenly spread over the duration. It \
                    cannot be taken back. Asked again, it changes nothing and answers how far it is.""")
    @APIResponse(
            responseCode = "202",
            description =
                    "It has begun. `connections` are still open; `drainDeadline` is when the last one is closed, in milliseconds since the Unix epoch.",
            content =
                    @Content(
                            mediaType = "application/json",
                            examples = @ExampleObject(name = "answer", value = Examples.DRAIN)))
    @APIResponse(
            responseCode = "400",
            description = "`duration` or `wait` is not what it should be.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "401",
            description = "No valid token.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    @APIResponse(
            responseCode = "403",
            description = "The caller is no operator, or one of a single tenant.",
            content = @Content(mediaType = Problem.MEDIA_TYPE))
    public Response drain(
            @Context HttpHeaders headers,
            @Parameter(
                            description =
                                    "Over which time, as an ISO-8601 duration from PT0S to PT10M; the setting `kulkul.drain.duration` where it is not given.")
                    @QueryParam("duration")
                    @Nullable
                    String duration,
            @Parameter(
                            description =
                                    "`true`: the answer comes when all are gone, or a few seconds after the last should be.")
                    @QueryParam("wait")
                    @Nullable
                    String wait) {
        return new Requests(hub).answerOperatorOfAll(headers, Revocations.ALL_TENANTS, (caller, all) -> {
            Duration over = duration == null ? hub.drainDuration() : DrainRequest.duration(duration);
            boolean waits = DrainRequest.waits(wait);
            hub.operating().drain(caller, over);
            if (waits) {
                hub.awaitDrained();
            }
            return Response.accepted(DrainRequest.json(hub.drained()))
                    .type(MediaType.APPLICATION_JSON_TYPE.withCharset("utf-8"))
                    .build();
        });
    }

    private String json() {
        JsonObjectWriter object = new JsonObjectWriter(512)
                .string("version", version())
                .string("java", Runtime.version().toString())
                .number("started", ManagementFactory.getRuntimeMXBean().getStartTime())
                .bool("draining", hub.draining());
        Long deadline = hub.drained().deadlineMillis();
        if (deadline != null) {
            object.number("drainDeadline", deadline);
        }
        object.number("maxConnections", hub.connectionSettings().maxTotal());
        return InstanceStatistics.now(hub, statistics).write(object).end();
    }

    /** The library's version from its manifest; null where it runs from loose classes. */
    private static @Nullable String version() {
        return Hub.class.getPackage().getImplementationVersion();
    }
}
