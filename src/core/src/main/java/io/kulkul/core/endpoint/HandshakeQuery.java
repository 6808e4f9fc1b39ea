package io.kulkul.core.endpoint;

import io.kulkul.core.hub.Handshake;
import io.kulkul.core.protocol.Since;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the query parameters of a handshake, as {@code docs/protocol.md} names them. What cannot be read is as if it were not there. */
final class HandshakeQuery {

    /** The most names the query may list; what is beyond is left out. */
    private static final int MAX_CHANNELS = 1000;

    private static final long MAX_FLUSH_MILLIS = 1000;

    private static final List<String> TOKEN = List.of("token", "access_token");

    private final Map<String, List<String>> parameters;

    HandshakeQuery(Map<String, List<String>> parameters) {
        this.parameters = parameters;
    }

    /**
     * The query without the parameters that hold a token.
     *
     * @param query a well-formed one, or null
     */
    static @Nullable String withoutToken(@Nullable String query) {
        return query == null
                ? null
                : Arrays.stream(query.split("&", -1))
                        .filter(parameter -> !TOKEN.contains(name(parameter)))
                        .collect(Collectors.joining("&"));
    }

    private static String name(String parameter) {
        int end = parameter.indexOf('=');
        return URLDecoder.decode(end < 0 ? parameter : parameter.substring(0, end), StandardCharsets.UTF_8);
    }

    Handshake handshake(String tenant, String subprotocol, @Nullable String headerToken) {
        return new Handshake(
                tenant,
                subprotocol,
                first(List.of("dialect")),
                headerToken != null ? headerToken : first(TOKEN),
                channels(),
                since(),
                flushMillis());
    }

    private List<String> channels() {
        Set<String> channels = new LinkedHashSet<>();
        for (String channel : words("channels", "topics")) {
            if (channels.size() < MAX_CHANNELS) {
                channels.add(channel);
            }
        }
        return List.copyOf(channels);
    }

    /** Pairs {@code channel:seq}, where the seq stands behind the last colon, because channel names hold colons. */
    private Map<String, Since.After> since() {
        Map<String, Since.After> since = new HashMap<>();
        for (String pair : words("since", "lastSeq")) {
            int colon = pair.lastIndexOf(':');
            Long seq = colon < 1 ? null : number(pair.substring(colon + 1));
            if (seq != null) {
                since.put(pair.substring(0, colon), new Since.After(seq, null));
            }
        }
        return since;
    }

    private long flushMillis() {
        String text = first(List.of("flush"));
        Long millis = text == null ? null : number(text);
        return millis == null ? 0 : Math.min(millis, MAX_FLUSH_MILLIS);
    }

    private static @Nullable Long number(String text) {
        try {
            long number = Long.parseLong(text);
            return number < 0 ? null : number;
        } catch (NumberFormatException notANumber) {
            return null;
        }
    }

    private List<String> words(String... names) {
        List<String> words = new ArrayList<>();
        for (String name : names) {
            for (String value : parameters.getOrDefault(name, List.of())) {
                for (String word : value.split(",", -1)) {
                    if (!word.isBlank()) {
                        words.add(word.strip());
                    }
                }
            }
        }
        return words;
    }

    private @Nullable String first(List<String> names) {
        for (String name : names) {
            for (String value : parameters.getOrDefault(name, List.of())) {
                if (!value.isBlank()) {
                    return value.strip();
                }
            }
        }
        return null;
    }
}
