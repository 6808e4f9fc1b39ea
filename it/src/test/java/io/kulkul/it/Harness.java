package io.kulkul.it;

import java.net.URI;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/** Opens the fixtures of this package to the tests in packages below it. */
public final class Harness {
    private Harness() {}

    /** See {@link Deployments#shop}. */
    public static WebArchive shop(Class<?>... classes) {
        return Deployments.shop(classes);
    }

    public static URI http(String path) {
        return ServerUnderTest.http(path);
    }

    public static URI webSocket(String path) {
        return ServerUnderTest.webSocket(path);
    }

    /** A token that the server accepts, with every permission. */
    public static String tokenFor(String user) {
        return Tokens.forUser(user).withScope("admin").token();
    }

    /** A token of that user that allows nothing. */
    public static String plainTokenFor(String user) {
        return Tokens.forUser(user).withScope("").token();
    }
}
