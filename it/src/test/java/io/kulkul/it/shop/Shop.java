package io.kulkul.it.shop;

import io.kulkul.api.ChannelPublisher;
import io.kulkul.api.ClientMessage;
import io.kulkul.api.FromChannel;
import io.kulkul.api.JsonText;
import io.kulkul.api.PublishRefusedException;
import io.kulkul.api.Published;
import io.kulkul.api.Publisher;
import io.kulkul.api.PushTo;
import io.kulkul.api.ToChannel;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.ObservesAsync;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.transaction.Transactional;
import jakarta.transaction.UserTransaction;
import java.io.IOException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** An imagined shop: {@code /do/NAME} lets it do one of the things that a shop does, and answers with what came of it. */
@WebServlet("/do/*")
public class Shop extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Inject
    transient Publisher publisher;

    @Inject
    @ToChannel("orders")
    transient ChannelPublisher<Order> orders;

    @Inject
    transient Event<OrderShipped> shipped;

    @Inject
    transient Checkout checkout;

    @Inject
    transient UserTransaction transaction;

    public record Order(String id, int items) {}

    @PushTo("orders:{customerId}")
    public record OrderShipped(String customerId, String orderId) {}

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain");
        try {
            response.getWriter().print(act(request.getPathInfo().substring(1)));
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private String act(String name) throws Exception {
        switch (name) {
            case "order" -> orders.publish("placed", new Order("A-1", 2));
            case "text" -> publisher.publish("raw", "text", new JsonText("{\"b\":1.50,  \"a\":[1e2]}"));
            case "value" ->
                publisher.publish(
                        "raw",
                        "value",
                        Json.createObjectBuilder().add("z", 1).add("a", "x").build());
            case "fire" -> shipped.fire(new OrderShipped("42", "A-1"));
            case "fire-async" -> {
                return shipped.fireAsync(new OrderShipped("42", "A-2"))
                        .toCompletableFuture()
                        .get(15, TimeUnit.SECONDS)
                        .orderId();
            }
            case "marker" -> publisher.publish("orders:42", "marker", null);
            case "commit" -> {
                return outcome(checkout.commits());
            }
            case "fail" -> {
                return failed();
            }
            case "user-commit" -> {
                transaction.begin();
                CompletionStage<Published> later = publisher.publish("orders:42", "user_committed", null);
                boolean early = later.toCompletableFuture().isDone();
                transaction.commit();
                return "done inside " + early + ", " + outcome(later);
            }
            case "user-rollback" -> {
                transaction.begin();
                CompletionStage<Published> never = publisher.publish("orders:42", "user_rolled_back", null);
                transaction.rollback();
                return outcome(never);
            }
            default -> throw new IllegalArgumentException(name);
        }
        return "done";
    }

    private String failed() {
        try {
            checkout.fails();
            return "did not fail";
        } catch (CheckoutFailed failed) {
            return outcome(failed.published);
        }
    }

    private static String outcome(CompletionStage<Published> stage) {
        try {
            return "published on "
                    + stage.toCompletableFuture()
                            .orTimeout(15, TimeUnit.SECONDS)
                            .join()
                            .channel();
        } catch (CompletionException e) {
            return e.getCause() instanceof PublishRefusedException
                    ? "refused"
                    : e.getCause().toString();
        }
    }

    /** Tells that the checkout went wrong, with the stage of what it had published by then. */
    public static class CheckoutFailed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        final transient CompletionStage<Published> published;

        CheckoutFailed(CompletionStage<Published> published) {
            this.published = published;
        }
    }

    /** What the shop does in transactions. */
    @ApplicationScoped
    public static class Checkout {
        @Inject
        Publisher publisher;

        @Inject
        Event<OrderShipped> shipped;

        @Transactional
        public CompletionStage<Published> commits() {
            publisher.publish("orders:42", "first", null);
            shipped.fire(new OrderShipped("42", "in-transaction"));
            CompletionStage<Published> last = publisher.publish("orders:42", "last", null);
            if (last.toCompletableFuture().isDone()) {
                throw new IllegalStateException("published before the commit");
            }
            return last;
        }

        @Transactional
        public void fails() {
            shipped.fire(new OrderShipped("42", "never"));
            throw new CheckoutFailed(publisher.publish("orders:42", "never", null));
        }
    }

    /** Hears clients and says on the channel {@code heard} what it heard. */
    @ApplicationScoped
    public static class Listener {
        @Inject
        Publisher publisher;

        void failing(@Observes @FromChannel("chat:*") ClientMessage message) {
            throw new IllegalStateException("an observer of the shop fails on purpose");
        }

        void synchronously(@Observes @FromChannel("chat:lobby") ClientMessage message) {
            publisher.publish("heard", "exact", message);
        }

        void asynchronously(@ObservesAsync @FromChannel("chat:*") ClientMessage message) {
            publisher.publish(
                    "heard",
                    "pattern",
                    Json.createObjectBuilder()
                            .add("user", message.user())
                            .add("connection", message.connection())
                            .add("channel", message.channel())
                            .add("text", message.payload().text())
                            .build());
        }
    }
}
