package io.kulkul.it.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.it.Harness;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.util.HashMap;
import java.util.Map;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The application's observers hear what clients publish, beside one that always throws. */
@ExtendWith(ArquillianExtension.class)
class ShopObserversIT {
    @Deployment(testable = false)
    static WebArchive shop() {
        return Harness.shop(Shop.class)
                .addAsResource(
                        new StringAsset("kulkul.namespace.\"chat\".client-publish=true\n"),
                        "META-INF/microprofile-config.properties");
    }

    @Test
    void exactAndPatternObserversHearAClient() throws Exception {
        try (ShopClient listener = ShopClient.connected("/shop/ws", "bob", "heard");
                ShopClient client = new Chat().join("alice")) {
            Map<String, JsonObject> heard = new HashMap<>();
            for (int i = 0; i < 2; i++) {
                JsonObject message = listener.expect("message");
                heard.put(message.getString("event"), message.getJsonObject("payload"));
            }

            assertThat(heard).containsOnlyKeys("exact", "pattern");
            assertThat(heard.get("pattern").getString("user")).isEqualTo("alice");
            assertThat(heard.get("pattern").getString("channel")).isEqualTo("chat:lobby");
            assertThat(heard.get("pattern").getString("text")).isEqualTo("{\"say\":\"hello\"}");
            assertThat(heard.get("pattern").getString("connection")).isNotEmpty();
            assertThat(client.expect("message").getJsonObject("payload").getString("say"))
                    .isEqualTo("hello");
        }
    }

    /** Says hello in the lobby, where it also listens. */
    private static final class Chat {
        ShopClient join(String user) throws InterruptedException {
            ShopClient client = ShopClient.connected("/shop/ws", user, "chat:lobby");
            client.send(Json.createObjectBuilder()
                    .add("type", "publish")
                    .add("channel", "chat:lobby")
                    .add("event", "said")
                    .add("payload", Json.createObjectBuilder().add("say", "hello"))
                    .build());
            return client;
        }
    }
}
