package io.kulkul.it;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonValue;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.function.Function;

/** The gateway's REST API as a caller with a token uses it. In bodies, single quotes stand for double ones. */
final class KulkulApi {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final String token;
    private final Function<String, URI> server;

    /** Uses this token; none where it is empty. */
    KulkulApi(String token) {
        this(token, ServerUnderTest::http);
    }

    /** Asks another server, which is told by where its paths are. */
    KulkulApi(String token, Function<String, URI> server) {
        this.token = token;
        this.server = server;
    }

    static KulkulApi ofAdministrator() {
        return new KulkulApi(Tokens.forAdministrator().token());
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(path, HttpRequest.newBuilder(server.apply(path)).GET());
    }

    /** The JSON of an answer that must be a success. */
    JsonValue json(String path) throws IOException, InterruptedException {
        HttpResponse<String> response = get(path);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return KulkulClient.parse(response.body());
    }

    HttpResponse<String> post(String path, String contentType, String body) throws IOException, InterruptedException {
        return post(path, contentType, BodyPublishers.ofString(KulkulClient.quoted(body)));
    }

    HttpResponse<String> post(String path, String contentType, BodyPublisher body)
            throws IOException, InterruptedException {
        return send(
                path,
                HttpRequest.newBuilder(server.apply(path))
                        .header("Content-Type", contentType)
                        .POST(body));
    }

    private HttpResponse<String> send(String path, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        if (!token.isEmpty() && path.startsWith("/api")) {
            request.header("Authorization", "Bearer " + token);
        }
        return HTTP.send(request.timeout(KulkulClient.PATIENCE).build(), BodyHandlers.ofString());
    }
}
