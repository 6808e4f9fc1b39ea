package io.kulkul.gateway;

import io.kulkul.core.admin.TokensResource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.Path;

/** {@code POST /api/tokens/revoke}. */
@Path("/tokens")
@ApplicationScoped
public class Tokens extends TokensResource {}
