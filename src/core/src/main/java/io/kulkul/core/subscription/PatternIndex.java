package io.kulkul.core.subscription;

import io.kulkul.core.eventlog.ChannelId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the subscribers whose pattern matches a channel: per tenant a trie over the patterns' segments, so that the cost of a look-up
 * grows with the segments of the name and not with the number of patterns.
 *
 * <p>Not thread-safe; guarded by the channels' lock.
 *
 * @param <S> a subscriber
 */
public final class PatternIndex<S> {

    private final Map<String, Node<S>> tenants = new HashMap<>();
    private long version;
    private int size;

    /** Changes whenever the answer of {@link #find} may have. */
    public long version() {
        return version;
    }

    /** How many subscribers there are. */
    public int size() {
        return size;
    }

    /** Adds a subscriber under a valid pattern. */
    public void add(String tenant, ChannelPattern pattern, S subscriber) {
        Node<S> node = tenants.computeIfAbsent(tenant, name -> new Node<>());
        for (String step : pattern.steps()) {
            node = node.children.computeIfAbsent(step, name -> new Node<>());
        }
        if ((pattern.open() ? node.open : node.exact).add(subscriber)) {
            size++;
            version++;
        }
    }

    /** Removes a subscriber, and what of the trie nobody else needs. */
    public void remove(String tenant, ChannelPattern pattern, S subscriber) {
        Node<S> root = tenants.get(tenant);
        if (root == null || !remove(root, pattern, pattern.steps(), 0, subscriber)) {
            return;
        }
        size--;
        version++;
        if (root.isEmpty()) {
            tenants.remove(tenant);
        }
    }

    private static <S> boolean remove(
            Node<S> node, ChannelPattern pattern, List<String> steps, int depth, S subscriber) {
        if (depth == steps.size()) {
            return (pattern.open() ? node.open : node.exact).remove(subscriber);
        }
        Node<S> child = node.children.get(steps.get(depth));
        boolean removed = child != null && remove(child, pattern, steps, depth + 1, subscriber);
        if (removed && child != null && child.isEmpty()) {
            node.children.remove(steps.get(depth));
        }
        return removed;
    }

    /** The subscribers of all patterns that match the channel. */
    public Collection<S> find(ChannelId channel) {
        Node<S> root = tenants.get(channel.tenant());
        if (root == null) {
            return List.of();
        }
        List<S> found = new ArrayList<>();
        collect(root, ChannelPattern.steps(channel.name()), 0, channel.reserved(), found);
        return found;
    }

    private static <S> void collect(Node<S> node, List<String> steps, int depth, boolean reserved, List<S> found) {
        boolean starMayMatch = depth > 0 || !reserved;
        boolean behindColon =
                depth > 0 && depth < steps.size() && steps.get(depth).charAt(0) == ':';
        if (depth < steps.size() && starMayMatch && (depth == 0 || behindColon)) {
            found.addAll(node.open);
        }
        if (depth == steps.size()) {
            found.addAll(node.exact);
            return;
        }
        String step = steps.get(depth);
        descend(node.children.get(step), steps, depth, reserved, found);
        String star = depth == 0 ? "*" : step.charAt(0) + "*";
        if (starMayMatch && !step.equals(star)) {
            descend(node.children.get(star), steps, depth, reserved, found);
        }
    }

    private static <S> void descend(
            @Nullable Node<S> child, List<String> steps, int depth, boolean reserved, List<S> found) {
        if (child != null) {
            collect(child, steps, depth + 1, reserved, found);
        }
    }

    private static final class Node<S> {
        final Map<String, Node<S>> children = new HashMap<>();
        final Set<S> exact = new LinkedHashSet<>();
        final Set<S> open = new LinkedHashSet<>();

        boolean isEmpty() {
            return children.isEmpty() && exact.isEmpty() && open.isEmpty();
        }
    }
}
