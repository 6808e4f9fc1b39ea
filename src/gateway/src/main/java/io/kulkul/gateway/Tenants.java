package io.kulkul.gateway;

import io.kulkul.core.admin.TenantsResource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.Path;

/** {@code POST /api/tenants/{id}/events}. */
@Path("/tenants")
@ApplicationScoped
public class Tenants extends TenantsResource {}
