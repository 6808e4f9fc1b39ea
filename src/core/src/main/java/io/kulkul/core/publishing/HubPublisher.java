package io.kulkul.core.publishing;

import io.kulkul.api.NewEvent;
import io.kulkul.api.PublishRefusedException;
import io.kulkul.api.Published;
import io.kulkul.api.Publisher;
import io.kulkul.core.channel.Appended;
import io.kulkul.core.eventlog.ChannelId;
import io.kulkul.core.eventlog.Event;
import io.kulkul.core.hub.Hub;
import io.kulkul.core.hub.Publication;
import io.kulkul.core.hub.Publishing;
import io.kulkul.core.hub.Publishing.Submitted;
import io.kulkul.core.hub.RefusedException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Publishes what the application's beans give it: at once, or after the commit of the transaction they are in. Thread-safe. */
@ApplicationScoped
public class HubPublisher implements Publisher {

    private @Nullable Instance<Hub> hubs;
    private @Nullable Payloads payloads;
    private @Nullable AfterCommit afterCommit;

    /** For the container's proxy. */
    protected HubPublisher() {}

    @Inject
    HubPublisher(Instance<Hub> hubs, Payloads payloads, AfterCommit afterCommit) {
        this.hubs = hubs;
        this.payloads = payloads;
        this.afterCommit = afterCommit;
    }

    @Override
    public CompletionStage<Published> publish(NewEvent event) {
        if (hubs == null || payloads == null || afterCommit == null) {
            throw new IllegalStateException("a proxy has no hub");
        }
        Hub hub = hubs.get();
        Publication publication = new Publication(
                new ChannelId(event.tenant(), event.channel()),
                event.event(),
                payloads.json(event.payload()),
                event.key(),
                event.correlation(),
                null);
        check(hub, publication);
        CompletableFuture<Published> published = new CompletableFuture<>();
        Runnable giveUp = () -> published.completeExceptionally(new PublishRefusedException(
                "the transaction was rolled back: " + event.channel() + " has no " + event.event()));
        if (hub.publishing().takesPartInTransactions(publication) && afterCommit.active()) {
            submit(hub, publication, published, giveUp);
        } else if (!afterCommit.deferred(() -> publish(hub, publication, published), giveUp)) {
            publish(hub, publication, published);
        }
        return published.minimalCompletionStage();
    }

    /** The event goes into the outbox with the caller's own transaction, so that it is as safe as what else the transaction does. */
    private void submit(Hub hub, Publication publication, CompletableFuture<Published> published, Runnable giveUp) {
        Publishing publishing = hub.publishing();
        try {
            Submitted submitted = publishing.submit(publication);
            tell(submitted.published(), published);
            AfterCommit transaction = Objects.requireNonNull(afterCommit);
            transaction.deferred(() -> publishing.committed(submitted), () -> {
                publishing.rolledBack(submitted);
                giveUp.run();
            });
        } catch (RefusedException e) {
            throw new PublishRefusedException(e.explanation(), e);
        }
    }

    private static void check(Hub hub, Publication publication) {
        try {
            hub.publishing().check(publication);
        } catch (RefusedException e) {
            throw new PublishRefusedException(e.explanation(), e);
        }
    }

    private static void publish(Hub hub, Publication publication, CompletableFuture<Published> published) {
        try {
            tell(hub.publishing().publish(publication), published);
        } catch (RefusedException e) {
            published.completeExceptionally(new PublishRefusedException(e.explanation(), e));
        }
    }

    private static void tell(CompletionStage<Appended> stage, CompletableFuture<Published> published) {
        stage.whenComplete((appended, failure) -> {
            if (failure == null) {
                Event event = appended.event();
                published.complete(
                        new Published(event.channel().name(), event.id(), event.position(), appended.duplicate()));
            } else {
                RefusedException refused = RefusedException.of(failure);
                published.completeExceptionally(new PublishRefusedException(refused.explanation(), refused));
            }
        });
    }
}
