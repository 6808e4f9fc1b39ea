package io.kulkul.core.docs;

import io.kulkul.core.admin.EventsResource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.Path;

@Path("/live/events")
@ApplicationScoped
public class LiveEvents extends EventsResource {}
