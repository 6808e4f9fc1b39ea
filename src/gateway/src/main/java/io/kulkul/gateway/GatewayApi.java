package io.kulkul.gateway;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.info.License;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The REST API under {@code /api}; {@code /openapi} describes it. */
@ApplicationPath("/api")
@OpenAPIDefinition(
        info =
                @Info(
                        title = "Kulkul",
                        version = "1",
                        description = """
                                Publishes events to live channels, and tells what goes on in this instance. Clients \
                                receive events by WebSocket at `/ws`. Errors are problems as RFC 9457 has them, with the \
                                protocol's error code in `code`.""",
                        license =
                                @License(name = "Apache-2.0", url = "https://www.apache.org/licenses/LICENSE-2.0.txt")),
        tags = {
            @Tag(name = "events", description = "Events in"),
            @Tag(name = "channels", description = "What channels are live"),
            @Tag(name = "connections", description = "Who is connected"),
            @Tag(name = "users", description = "One user's connections"),
            @Tag(name = "tenants", description = "A tenant as a whole"),
            @Tag(name = "tokens", description = "Taking tokens back"),
            @Tag(name = "instance", description = "The server itself")
        },
        security = @SecurityRequirement(name = "token"))
@SecurityScheme(
        securitySchemeName = "token",
        type = SecuritySchemeType.HTTP,
        scheme = "bearer",
        bearerFormat = "JWT",
        description =
                "The same token as for `/ws`, with the same permissions: publishing needs `publish:CHANNEL`, operators' commands need `admin`.")
public class GatewayApi extends Application {

    @Override
    public Set<Class<?>> getClasses() {
        return Set.of(
                Events.class,
                Channels.class,
                Connections.class,
                Users.class,
                Tenants.class,
                Tokens.class,
                Instance.class,
                Instances.class,
                Problems.class);
    }
}
