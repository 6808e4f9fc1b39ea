package io.kulkul.it.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.it.Harness;
import jakarta.json.Json;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The application's rule takes part, on a thread of its own and in a transaction. */
@ExtendWith(ArquillianExtension.class)
class ShopAuthorizerIT {
    @Deployment(testable = false)
    static WebArchive shop() {
        return Harness.shop(Shop.class, RoomRule.class);
    }

    @Test
    void itMayAllowAndDenyWhateverTheTokenSays() throws Exception {
        try (ShopClient client = ShopClient.connectedWith(Harness.plainTokenFor("alice"), "/shop/ws", "room:open")) {
            client.send(Json.createObjectBuilder()
                    .add("type", "subscribe")
                    .add("channel", "room:closed")
                    .build());

            assertThat(client.expect("error").getString("code")).isEqualTo("forbidden");
        }
    }
}
