package io.kulkul.it.shop;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.Json;
import java.io.File;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Two web applications of one EAR that has kulkul-core in its {@code lib/} share one hub. */
@ExtendWith(ArquillianExtension.class)
class SharedHubIT {
    private static final String WEB_XML = """
            <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0">
              <listener><listener-class>io.kulkul.core.endpoint.KulkulListener</listener-class></listener>
            </web-app>
            """;

    @Deployment(testable = false)
    static EnterpriseArchive shops() {
        return ShrinkWrap.create(EnterpriseArchive.class, "shops.ear")
                .addAsLibraries(new File(System.getProperty("kulkul.it.shop.libraries")).listFiles())
                .addAsModule(war("shop.war").addClass(Shop.class))
                .addAsModule(war("desk.war"));
    }

    @Test
    void whatOneApplicationPublishesIsReceivedAtTheOther() throws Exception {
        try (ShopClient client = ShopClient.connected("/desk/ws", "alice", "orders")) {
            ShopClient.ask("/shop/do/order");

            assertThat(client.expect("message").getString("event")).isEqualTo("placed");
        }
    }

    @Test
    void anEventThatOneApplicationFiresIsPushedToTheOther() throws Exception {
        try (ShopClient client = ShopClient.connected("/desk/ws", "alice", "orders:42")) {
            ShopClient.ask("/shop/do/fire");

            assertThat(client.expect("message").getString("event")).isEqualTo("order_shipped");
        }
    }

    @Test
    void anObserverInOneApplicationHearsAClientOfTheOther() throws Exception {
        try (ShopClient listener = ShopClient.connected("/desk/ws", "bob", "heard");
                ShopClient client = ShopClient.connected("/desk/ws", "alice", "chat:lobby")) {
            client.send(Json.createObjectBuilder()
                    .add("type", "publish")
                    .add("channel", "chat:lobby")
                    .add("event", "said")
                    .add("payload", Json.createObjectBuilder().add("say", "hello"))
                    .build());

            assertThat(listener.expect("message").getJsonObject("payload").getString("user"))
                    .isEqualTo("alice");
        }
    }

    private static WebArchive war(String name) {
        return ShrinkWrap.create(WebArchive.class, name)
                .setWebXML(new StringAsset(WEB_XML))
                .addAsWebInfResource(EmptyAsset.INSTANCE, "beans.xml");
    }
}
