package io.kulkul.it;

import java.net.URI;

/** Where the server under test is reached. Paths start with the context root: none for the gateway, /shop for the shop. */
final class ServerUnderTest {
    private static final int PORT = Integer.getInteger("kulkul.it.port");

    private ServerUnderTest() {}

    static URI http(String path) {
        return URI.create("http://localhost:" + PORT + path);
    }

    static URI webSocket(String path) {
        return URI.create("ws://localhost:" + PORT + path);
    }
}
