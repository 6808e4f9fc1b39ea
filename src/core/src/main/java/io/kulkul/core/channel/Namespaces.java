package io.kulkul.core.channel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Finds the options of a channel's namespace: its own where they are configured, else the defaults. Immutable. */
public final class Namespaces {

    private final NamespaceOptions defaults;
    private final Map<String, NamespaceOptions> configured;

    /**
     * Takes the options as configured.
     *
     * @param defaults for every namespace that {@code configured} does not name
     * @param configured by the namespace's name
     */
    public Namespaces(NamespaceOptions defaults, Map<String, NamespaceOptions> configured) {
        this.defaults = defaults;
        this.configured = Map.copyOf(configured);
    }

    /** The options of the namespace with this name (see {@code ChannelId.namespace}). */
    public NamespaceOptions of(String namespace) {
        return configured.getOrDefault(namespace, defaults);
    }

    /** The names of all options there are: the configured namespaces and {@code *}. */
    public Set<String> names() {
        Set<String> names = new TreeSet<>();
        names.add(defaults.name());
        configured.values().forEach(options -> names.add(options.name()));
        return names;
    }

    /** Whether every namespace has its events in the database, but for the hub's own, which no pattern of several namespaces matches. */
    public boolean allDurable() {
        return all().stream().filter(options -> !options.name().startsWith("$")).allMatch(NamespaceOptions::durable);
    }

    /** All options there are. */
    public List<NamespaceOptions> all() {
        List<NamespaceOptions> all = new ArrayList<>(configured.values());
        all.add(defaults);
        return all;
    }

    /** Whether anybody may subscribe to anything without a token. */
    public boolean anyPublic() {
        return defaults.access() == NamespaceOptions.Access.PUBLIC
                || configured.values().stream().anyMatch(options -> options.access() == NamespaceOptions.Access.PUBLIC);
    }
}
