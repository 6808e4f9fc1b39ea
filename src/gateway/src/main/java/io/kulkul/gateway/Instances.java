package io.kulkul.gateway;

import io.kulkul.core.admin.InstancesResource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.Path;

/** {@code GET /api/instances}. */
@Path("/instances")
@ApplicationScoped
public class Instances extends InstancesResource {}
