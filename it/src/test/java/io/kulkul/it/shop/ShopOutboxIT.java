package io.kulkul.it.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.it.Harness;
import jakarta.json.JsonObject;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** In a namespace with the database log, what is published in a transaction is a row of that transaction. */
@ExtendWith(ArquillianExtension.class)
class ShopOutboxIT {
    @Deployment(testable = false)
    static WebArchive shop() {
        return Harness.shop(Shop.class, ShopLedger.class)
                .addAsResource(
                        new StringAsset("kulkul.namespace.\"orders\".log=database\n"),
                        "META-INF/microprofile-config.properties");
    }

    @Test
    void aCommitGivesTheShopsRowsAndTheEventsWithPositions() throws Exception {
        try (ShopClient client = ShopClient.connected("/shop/ws", "alice", "orders:bought")) {
            String answer = ShopClient.ask("/shop/ledger/buy");

            JsonObject first = client.expect("message");
            JsonObject second = client.expect("message");
            assertThat(first.getString("event")).isEqualTo("bought");
            assertThat(second.getString("event")).isEqualTo("paid");
            assertThat(second.getInt("seq")).isEqualTo(first.getInt("seq") + 1);
            assertThat(answer).isEqualTo("inside: 2 in the outbox; published as " + second.getInt("seq"));
            assertThat(ShopClient.ask("/shop/ledger/rows?channel=orders:bought"))
                    .isEqualTo("1 entries, 0 in the outbox, 2 in the log");
        }
    }

    @Test
    void aRollbackLeavesNoneOfThem() throws Exception {
        try (ShopClient client = ShopClient.connected("/shop/ws", "alice", "orders:regretted")) {
            assertThat(ShopClient.ask("/shop/ledger/regret")).isEqualTo("inside: 1 in the outbox; refused");
            ShopClient.ask("/shop/ledger/marker");

            assertThat(client.expect("message").getString("event")).isEqualTo("marker");
            assertThat(ShopClient.ask("/shop/ledger/rows?channel=orders:regretted"))
                    .isEqualTo("0 entries, 0 in the outbox, 1 in the log");
        }
    }
}
