package io.kulkul.gateway;

import io.kulkul.core.admin.EventsResource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.Path;

/** {@code POST /api/events}. */
@Path("/events")
@ApplicationScoped
public class Events extends EventsResource {}
