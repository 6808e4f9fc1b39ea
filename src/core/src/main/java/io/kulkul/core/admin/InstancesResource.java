package io.kulkul.core.admin;

import io.kulkul.core.bus.Member;
import io.kulkul.core.hub.Hub;
import io.kulkul.core.json.JsonObjectWriter;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.StringJoiner;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Tells which instances are alive; a subclass gives it its path (see the package). */
public class InstancesResource {

    @Inject
    @SuppressWarnings("NullAway.Init") // by the container, before anybody calls
    Hub hub;

    /** This instance and the others that it has heard of lately. */
    @GET
    @Produces(MediaType.APPLICATION_JSON)
    @Tag(name = "instance")
    @Operation(
            operationId = "listInstances",
            summary = "List the instances that are alive",
            description =
                    "For operators, in the order of their names. Each says once a second that it is alive, and counts as gone"
                            + " after five seconds without. `self` is the one that answers. `started` is in milliseconds"
                            + " since the Unix epoch. Two with the same name are a mistake in their settings.")
    @APIResponse(
            responseCode = "200",
            description = "The instances; the only one, where there is no bus between instances.",
            content =
                    @Content(
                            mediaType = "application/json",
                            examples = @ExampleObject(name = "instances", value = Examples.INSTANCES)))
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
        String self = hub.self().incarnation();
        StringJoiner instances = new StringJoiner(",", "{\"instances\":[", "]}");
        hub.instances()
                .forEach(member ->
                        instances.add(json(member, member.incarnation().equals(self))));
        return instances.toString();
    }

    private static String json(Member member, boolean self) {
        return new JsonObjectWriter(160)
                .string("instance", member.name())
                .bool("self", self)
                .number("started", member.started())
                .string("version", member.version())
                .number("connections", member.connections())
                .bool("draining", member.draining())
                .end();
    }
}
