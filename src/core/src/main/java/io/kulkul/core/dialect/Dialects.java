package io.kulkul.core.dialect;

import java.time.Clock;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The dialects this instance speaks, and how a connection picks one. */
public final class Dialects {

    /** The subprotocol of single frames. */
    public static final String V1 = "kulkul.v1";

    /** The subprotocol whose server may join frames in arrays. */
    public static final String V1_BATCH = "kulkul.v1+batch";

    /** The values of {@code Sec-WebSocket-Protocol} that the server knows. */
    public static final List<String> SUBPROTOCOLS = List.of(V1, V1_BATCH);

    /** What the dialects are called, the native one first. */
    public static final List<String> NAMES = Stream.concat(
                    Stream.of(NativeDialect.NAME), Envelopes.ALL.stream().map(Envelope::name))
            .toList();

    private final Map<String, Dialect> byName = new HashMap<>();
    private final String defaultName;

    /**
     * Makes all of them.
     *
     * @param defaultName the dialect of connections that name none
     * @param clock tells the time of those replies that carry none
     */
    public Dialects(String defaultName, Clock clock) {
        byName.put(NativeDialect.NAME, new NativeDialect());
        Envelopes.ALL.forEach(envelope -> byName.put(envelope.name(), new EnvelopeDialect(envelope, clock)));
        if (!byName.containsKey(defaultName)) {
            throw new IllegalArgumentException("unknown dialect " + defaultName);
        }
        this.defaultName = defaultName;
    }

    /** What the dialects are called. */
    public Set<String> names() {
        return Set.copyOf(NAMES);
    }

    /** All of them. */
    public Collection<Dialect> all() {
        return List.copyOf(byName.values());
    }

    /** The dialect of a negotiated subprotocol, else of the query's name, else the default; null for an unknown name. */
    public @Nullable Dialect pick(String subprotocol, @Nullable String name) {
        if (SUBPROTOCOLS.contains(subprotocol)) {
            return byName.get(NativeDialect.NAME);
        }
        return byName.get(name == null ? defaultName : name);
    }

    /** The dialect that tells a client that it asked for an unknown one. */
    public Dialect fallback() {
        return new NativeDialect();
    }

    /** The first of the offered subprotocols that the server knows; empty where it knows none. */
    public static String negotiate(List<String> offered) {
        return offered.stream().filter(SUBPROTOCOLS::contains).findFirst().orElse("");
    }
}
