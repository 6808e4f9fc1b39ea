package io.kulkul.it.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.it.Harness;
import jakarta.json.JsonObject;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the beans of an application that only added kulkul-core publish reaches its clients. */
@ExtendWith(ArquillianExtension.class)
class ShopPublishingIT {
    @Deployment(testable = false)
    static WebArchive shop() {
        return Harness.shop(Shop.class);
    }

    @Test
    void aTypedPublisherSendsItsPayloadAsJson() throws Exception {
        try (ShopClient client = ShopClient.connected("/shop/ws", "alice", "orders")) {
            ShopClient.ask("/shop/do/order");

            JsonObject message = client.expect("message");
            assertThat(message.getString("channel")).isEqualTo("orders");
            assertThat(message.getString("event")).isEqualTo("placed");
            assertThat(message.getJsonObject("payload").getString("id")).isEqualTo("A-1");
            assertThat(message.getJsonObject("payload").getInt("items")).isEqualTo(2);
        }
    }

    @Test
    void jsonTextGoesThroughAsItIs() throws Exception {
        try (ShopClient client = ShopClient.connected("/shop/ws", "alice", "raw")) {
            ShopClient.ask("/shop/do/text");

            assertThat(client.expectText("message")).contains("{\"b\":1.50,  \"a\":[1e2]}");
        }
    }

    @Test
    void aJsonValueGoesThroughAsItIs() throws Exception {
        try (ShopClient client = ShopClient.connected("/shop/ws", "alice", "raw")) {
            ShopClient.ask("/shop/do/value");

            assertThat(client.expectText("message")).contains("{\"z\":1,\"a\":\"x\"}");
        }
    }

    @Test
    void aFiredEventOfAPushedTypeGoesToItsChannel() throws Exception {
        try (ShopClient client = ShopClient.connected("/shop/ws", "alice", "orders:42")) {
            ShopClient.ask("/shop/do/fire");

            JsonObject message = client.expect("message");
            assertThat(message.getString("event")).isEqualTo("order_shipped");
            assertThat(message.getJsonObject("payload").getString("orderId")).isEqualTo("A-1");
        }
    }

    @Test
    void anAsynchronouslyFiredEventIsPushedOnce() throws Exception {
        try (ShopClient client = ShopClient.connected("/shop/ws", "alice", "orders:42")) {
            ShopClient.ask("/shop/do/fire-async");
            ShopClient.ask("/shop/do/marker");

            assertThat(client.eventsUntil("marker")).containsExactly("order_shipped", "marker");
        }
    }
}
