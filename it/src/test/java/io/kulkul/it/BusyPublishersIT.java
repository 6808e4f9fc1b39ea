package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Clients that send without waiting for answers, a message each third of a millisecond or so, and are therefore read once a millisecond
 * ({@code kulkul.connection.read-interval}): nothing is lost, doubled or exchanged, and their ends are noticed as everybody's.
 */
@ExtendWith(ArquillianExtension.class)
class BusyPublishersIT {

    private static final int EVENTS = 3000;
    private static final long APART_NANOS = TimeUnit.MICROSECONDS.toNanos(300);
    private static final String TENANT = "busy";
    private static final int BY_OPERATOR = 4410;

    private final String channel = "busy:" + UUID.randomUUID();
    private KulkulClient publisher;
    private KulkulClient subscriber;
    private ServerLog log;

    @Deployment(testable = false)
    static EnterpriseArchive gateway() {
        return Deployments.kulkulEar();
    }

    @BeforeEach
    void connect() throws IOException {
        log = ServerLog.fromNow();
        publisher = connect(Tokens.forUser("publisher").withScope("admin"));
        subscriber = connect(Tokens.forUser("subscriber"));
        subscriber.subscribe(channel);
    }

    @AfterEach
    void disconnect() throws IOException {
        publisher.close();
        subscriber.close();
        assertThat(log.linesWith("KULKUL0215E")).isEmpty();
        assertThat(log.stackTraces()).isEmpty();
    }

    @Test
    void whatIsPublishedAllTheTimeArrivesOnceInOrder() {
        for (int i = 1; i <= EVENTS; i++) {
            publish(i);
            LockSupport.parkNanos(APART_NANOS);
        }

        List<Integer> acknowledged = IntStream.rangeClosed(1, EVENTS)
                .mapToObj(i -> publisher.expect("published").getInt("seq"))
                .toList();
        List<Integer> arrived = IntStream.rangeClosed(1, EVENTS)
                .mapToObj(i -> subscriber.expectMessage().getInt("payload"))
                .toList();

        List<Integer> all = IntStream.rangeClosed(1, EVENTS).boxed().toList();
        assertThat(arrived).isEqualTo(all);
        assertThat(acknowledged).isEqualTo(all);
        assertThat(subscriber.unexpected()).isEmpty();
    }

    @Test
    void anOperatorCanEndOneThatGoesOnPublishing() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Thread publishing = new Thread(() -> publishUntilItFails(over), "publishing");
        publishing.start();
        try {
            awaitEvents(EVENTS / 3);

            KulkulApi operator =
                    new KulkulApi(Tokens.forAdministrator().inTenant(TENANT).token());
            assertThat(operator.post("/api/users/publisher/disconnect", "application/json", "")
                            .statusCode())
                    .isEqualTo(200);

            publisher.expectClose(BY_OPERATOR);
        } finally {
            over.set(true);
            publishing.join();
        }
        isGone("publisher");
        inOrder();
    }

    @Test
    void oneThatVanishesWhilePublishingIsGone() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        Thread publishing = new Thread(() -> publishUntilItFails(over), "publishing");
        publishing.start();
        try {
            awaitEvents(EVENTS / 3);

            publisher.drops();
        } finally {
            over.set(true);
            publishing.join();
        }
        isGone("publisher");
        inOrder();
    }

    private void publishUntilItFails(AtomicBoolean over) {
        for (int i = 1; !over.get(); i++) {
            try {
                publish(i);
            } catch (CompletionException | IllegalStateException closed) {
                // As it is meant to be; the test looks at what the server says of it.
                return;
            }
            LockSupport.parkNanos(APART_NANOS);
        }
    }

    private void publish(int number) {
        publisher.send("{'type':'publish','channel':'" + channel + "','event':'tick','payload':" + number + "}");
    }

    private void awaitEvents(int count) {
        for (int i = 1; i <= count; i++) {
            assertThat(subscriber.expectMessage().getInt("payload")).isEqualTo(i);
        }
    }

    /** What arrived beyond the awaited events follows them without a hole. */
    private void inOrder() {
        List<JsonObject> rest = subscriber.unexpected();
        for (int i = 0; i < rest.size(); i++) {
            assertThat(rest.get(i).getInt("payload")).isEqualTo(EVENTS / 3 + 1 + i);
        }
    }

    private static void isGone(String user) throws Exception {
        KulkulApi api = new KulkulApi(Tokens.forAdministrator().inTenant(TENANT).token());
        long deadline = System.nanoTime() + KulkulClient.PATIENCE.toNanos();
        String users = api.get("/api/connections").body();
        while (users.contains('"' + user + '"')) {
            assertThat(System.nanoTime()).as(users).isLessThan(deadline);
            users = api.get("/api/connections").body();
        }
        assertThat(users).contains("\"subscriber\"");
    }

    private static KulkulClient connect(Tokens token) {
        KulkulClient client = KulkulClient.to("/ws/" + TENANT)
                .withToken(token.inTenant(TENANT).token())
                .connect();
        client.expect("connected");
        return client;
    }
}
