package io.kulkul.it.shop;

import static org.assertj.core.api.Assertions.assertThat;

import io.kulkul.it.Harness;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is published in a transaction arrives after its commit, once and in order, or never. */
@ExtendWith(ArquillianExtension.class)
class ShopTransactionsIT {
    @Deployment(testable = false)
    static WebArchive shop() {
        return Harness.shop(Shop.class);
    }

    @Test
    void aTransactionThatCommitsPublishesOnceAndInOrder() throws Exception {
        try (ShopClient client = ShopClient.connected("/shop/ws", "alice", "orders:42")) {
            assertThat(ShopClient.ask("/shop/do/commit")).isEqualTo("published on orders:42");
            ShopClient.ask("/shop/do/marker");

            assertThat(client.eventsUntil("marker")).containsExactly("first", "order_shipped", "last", "marker");
        }
    }

    @Test
    void aTransactionThatFailsPublishesNothing() throws Exception {
        try (ShopClient client = ShopClient.connected("/shop/ws", "alice", "orders:42")) {
            assertThat(ShopClient.ask("/shop/do/fail")).isEqualTo("refused");
            ShopClient.ask("/shop/do/marker");

            assertThat(client.eventsUntil("marker")).containsExactly("marker");
        }
    }

    @Test
    void aUserTransactionPublishesAfterItsCommit() throws Exception {
        try (ShopClient client = ShopClient.connected("/shop/ws", "alice", "orders:42")) {
            assertThat(ShopClient.ask("/shop/do/user-commit")).isEqualTo("done inside false, published on orders:42");
            ShopClient.ask("/shop/do/marker");

            assertThat(client.eventsUntil("marker")).containsExactly("user_committed", "marker");
        }
    }

    @Test
    void aUserTransactionRolledBackPublishesNothing() throws Exception {
        try (ShopClient client = ShopClient.connected("/shop/ws", "alice", "orders:42")) {
            assertThat(ShopClient.ask("/shop/do/user-rollback")).isEqualTo("refused");
            ShopClient.ask("/shop/do/marker");

            assertThat(client.eventsUntil("marker")).containsExactly("marker");
        }
    }
}
