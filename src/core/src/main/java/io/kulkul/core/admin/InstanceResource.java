package io.kulkul.core.admin;

import io.kulkul.core.hub.Hub;
import io.kulkul.core.json.JsonObjectWriter;
import io.kulkul.core.telemetry.HubStatistics;
import io.kulkul.core.telemetry.InstanceStatistics;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.lang.management.ManagementFactory;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Tells of this instance; a subclass gives it its path (see the package). */
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

    private String json() {
        JsonObjectWriter object = new JsonObjectWriter(512)
                .string("version", version())
                .string("java", Runtime.version().toString())
                .number("started", ManagementFactory.getRuntimeMXBean().getStartTime())
                .bool("draining", hub.draining())
                .number("maxConnections", hub.connectionSettings().maxTotal());
        return InstanceStatistics.now(hub, statistics).write(object).end();
    }

    /** The library's version from its manifest; null where it runs from loose classes. */
    private static @Nullable String version() {
        return Hub.class.getPackage().getImplementationVersion();
    }
}
