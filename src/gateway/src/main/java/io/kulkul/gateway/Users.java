package io.kulkul.gateway;

import io.kulkul.core.admin.UsersResource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.Path;

/** {@code POST /api/users/{id}/…}. */
@Path("/users")
@ApplicationScoped
public class Users extends UsersResource {}
