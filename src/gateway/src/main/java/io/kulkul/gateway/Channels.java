package io.kulkul.gateway;

import io.kulkul.core.admin.ChannelsResource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.Path;

/** {@code GET /api/channels} and {@code GET /api/channels/{name}}. */
@Path("/channels")
@ApplicationScoped
public class Channels extends ChannelsResource {}
