package io.kulkul.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;

/**
 * The server under load.
 *
 * @param address resolved once, for all connections
 * @param authority for the {@code Host} header
 * @param path with the query
 */
record Target(InetSocketAddress address, String authority, String path) {

    private static final int HTTP = 80;

    /**
     * Reads a URL such as {@code ws://localhost:9080/ws}.
     *
     * @param allowRemote whether another machine than this may be put under load
     * @throws IllegalArgumentException where it is none that can be used; the message says why
     */
    static Target of(String url, boolean allowRemote) {
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("not a URL: " + url, e);
        }
        if ("wss".equals(uri.getScheme())) {
            throw new IllegalArgumentException("TLS is not supported: name a port of the server that speaks ws");
        }
        if (!"ws".equals(uri.getScheme()) || uri.getHost() == null) {
            throw new IllegalArgumentException("not a WebSocket URL such as ws://localhost:9080/ws: " + url);
        }
        InetAddress address = resolve(uri.getHost());
        if (!allowRemote && !address.isLoopbackAddress()) {
            throw new IllegalArgumentException(
                    uri.getHost() + " is not this machine; --allow-remote says that it may be put under load");
        }
        int port = uri.getPort() < 0 ? HTTP : uri.getPort();
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return new Target(
                new InetSocketAddress(address, port),
                uri.getHost() + ":" + port,
                uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery());
    }

    private static InetAddress resolve(String host) {
        try {
            return InetAddress.getByName(host.replaceAll("[\\[\\]]", ""));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("no such host: " + host, e);
        }
    }

    /** The same server with one more parameter in its query. */
    Target with(String name, long value) {
        return new Target(address, authority, path + (path.indexOf('?') < 0 ? "?" : "&") + name + "=" + value);
    }

    /** The same server at another path. */
    Target at(String otherPath) {
        return new Target(address, authority, otherPath);
    }
}
