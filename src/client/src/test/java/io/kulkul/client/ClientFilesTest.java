package io.kulkul.client;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientFilesTest {
    private final Map<String, Object> answered = new HashMap<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    @ParameterizedTest
    @ValueSource(strings = {"kulkul.js", "store.js", "react.js"})
    void servesTheFilesOfThePackageToPagesOfEveryOrigin(String file) throws Exception {
        get("/client/" + file, null);

        assertThat(body.toByteArray())
                .isEqualTo(Files.readAllBytes(
                        Path.of(System.getProperty("basedir", "")).resolve(file)));
        assertThat(answered)
                .containsEntry("setContentType", List.of("text/javascript;charset=utf-8"))
                .containsEntry("Access-Control-Allow-Origin", "*")
                .containsEntry("Cache-Control", "no-cache");
    }

    @Test
    void aBrowserThatHasTheContentIsNotSentItAgain() throws Exception {
        get("/client/kulkul.js", null);
        Object tag = answered.get("ETag");
        body.reset();

        get("/client/kulkul.js", "\"other\", W/" + tag);

        assertThat(answered).containsEntry("setStatus", List.of(304));
        assertThat(body.size()).isZero();
    }

    @Test
    void anotherContentHasAnotherTag() throws Exception {
        get("/client/kulkul.js", null);
        Object tag = answered.get("ETag");

        get("/client/store.js", String.valueOf(tag));

        assertThat(answered).doesNotContainKey("setStatus");
        assertThat(answered.get("ETag")).isNotEqualTo(tag);
    }

    private void get(String path, String ifNoneMatch) throws Exception {
        HttpServletRequest request = proxy(HttpServletRequest.class, (name, arguments) -> switch (name) {
            case "getServletPath" -> path;
            case "getHeader" -> arguments.get(0).equals("If-None-Match") ? ifNoneMatch : null;
            default -> null;
        });
        HttpServletResponse response = proxy(HttpServletResponse.class, (name, arguments) -> {
            if (name.equals("getOutputStream")) {
                return new Output();
            }
            boolean header = name.equals("setHeader");
            answered.put(header ? (String) arguments.get(0) : name, header ? arguments.get(1) : arguments);
            return null;
        });
        new ClientFiles().doGet(request, response);
    }

    private interface Answer {
        Object to(String method, List<Object> arguments);
    }

    private static <T> T proxy(Class<T> type, Answer answer) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(),
                new Class<?>[] {type},
                (self, method, arguments) ->
                        answer.to(method.getName(), arguments == null ? List.of() : List.of(arguments))));
    }

    private final class Output extends ServletOutputStream {
        @Override
        public void write(int octet) {
            body.write(octet);
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setWriteListener(WriteListener listener) {
            throw new UnsupportedOperationException();
        }
    }
}
