package io.kulkul.client;

import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Serves the files of the client to pages of every origin: they are the same for everybody and tell nothing. Whether such a page may
 * connect is another question ({@code kulkul.connection.allowed-origins}).
 *
 * <p>The server would serve them without this, by the time that the jar says they were made, which is the same for all builds of a release:
 * browsers would keep an old one. Here they ask each time whether the content is still the same.
 */
@WebServlet(urlPatterns = {"/client/kulkul.js", "/client/store.js", "/client/react.js"})
public class ClientFiles extends HttpServlet {

    private static final long serialVersionUID = 1L;

    /** By path; filled when a file is first asked for, and then never changed. */
    private static final Map<String, File> FILES = new ConcurrentHashMap<>();

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        String path = request.getServletPath();
        File file = FILES.get(path);
        if (file == null) {
            file = File.read(path);
            FILES.put(path, file);
        }
        response.setHeader("Access-Control-Allow-Origin", "*");
        response.setHeader("Cache-Control", "no-cache");
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("ETag", file.tag);
        if (file.isKnownBy(request.getHeader("If-None-Match"))) {
            response.setStatus(HttpServletResponse.SC_NOT_MODIFIED);
        } else {
            response.setContentType("text/javascript;charset=utf-8");
            response.setContentLength(file.content.length);
            response.getOutputStream().write(file.content);
        }
    }

    private static final class File {
        private final byte[] content;
        private final String tag;

        private File(byte[] content, String tag) {
            this.content = content;
            this.tag = tag;
        }

        static File read(String path) throws IOException {
            try (InputStream in = ClientFiles.class.getResourceAsStream("/META-INF/resources" + path)) {
                if (in == null) {
                    throw new IOException(path + " is missing from the jar");
                }
                byte[] content = in.readAllBytes();
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(content);
                return new File(content, '"' + Base64.getUrlEncoder().encodeToString(hash) + '"');
            } catch (NoSuchAlgorithmException everyRuntimeHasIt) {
                throw new IllegalStateException(everyRuntimeHasIt);
            }
        }

        /** Whether this is one of the tags that the header lists, each perhaps marked as weak by a proxy that compresses. */
        boolean isKnownBy(@Nullable String header) {
            return header != null && header.contains(tag);
        }
    }
}
