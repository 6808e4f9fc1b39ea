package io.kulkul.gateway;

import io.kulkul.core.admin.ConnectionsResource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.Path;

/** {@code /api/connections}. */
@Path("/connections")
@ApplicationScoped
public class Connections extends ConnectionsResource {}
