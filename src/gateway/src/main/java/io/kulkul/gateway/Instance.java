package io.kulkul.gateway;

import io.kulkul.core.admin.InstanceResource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.Path;

/** {@code GET /api/instance} and {@code POST /api/instance/drain}. */
@Path("/instance")
@ApplicationScoped
public class Instance extends InstanceResource {}
