package io.kulkul.core.admin;

import io.kulkul.core.hub.RefusedException;
import io.kulkul.core.protocol.ErrorCode;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Answers requests whose headers JAX-RS cannot parse with a problem, because JAX-RS itself answers them with a page and logs the client's
 * mistake as if it were the server's.
 *
 * <p>For all resources of an application at once, so an application that wants it says so: by a subclass annotated {@code @WebFilter}.
 */
public class HeaderCheck extends HttpFilter {

    private static final long serialVersionUID = 1L;

    // RFC 9110, sections 5.6.2, 5.6.6, 8.3.1, 12.4.2, 12.5.1 and 12.5.4.
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final String WEIGHT = "[qQ]=(?:0(?:\\.[0-9]{0,3})?|1(?:\\.0{0,3})?)";
    private static final String PARAMETER = "(?![qQ]=)" + TOKEN + "=(?:" + TOKEN + "|\"[^\"\\\\]*\")";
    private static final String MEDIA = TOKEN + "/" + TOKEN;
    private static final String LANGUAGE = "(?:\\*|[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)";

    private static final Map<String, Pattern> EXPECTED = Map.of(
            "Content-Type",
                    Pattern.compile(MEDIA + "(?:\\s*;\\s*(?:" + TOKEN + "=(?:" + TOKEN + "|\"[^\"\\\\]*\"))?)*+"),
            "Accept", list(MEDIA + "(?:\\s*;\\s*(?:" + WEIGHT + "|" + PARAMETER + "))*+"),
            "Accept-Language", list(LANGUAGE + "(?:\\s*;\\s*" + WEIGHT + ")?+"));

    private static Pattern list(String element) {
        return Pattern.compile("(?:\\s*+(?:" + element + "\\s*+)?+(?:,|$))*+");
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        for (String name : EXPECTED.keySet()) {
            for (String value : Collections.list(request.getHeaders(name))) {
                if (!isWellFormed(name, value)) {
                    refuse(response, name);
                    return;
                }
            }
        }
        chain.doFilter(request, response);
    }

    /** Whether JAX-RS can parse the header; true for one that it does not parse. */
    static boolean isWellFormed(String name, @Nullable String value) {
        Pattern expected = EXPECTED.get(name);
        return expected == null
                || value == null
                || expected.matcher(value.strip()).matches();
    }

    private static void refuse(HttpServletResponse response, String name) throws IOException {
        Problem problem = Problem.of(new RefusedException(ErrorCode.BAD_REQUEST, name + " is not well-formed"));
        response.setStatus(problem.status().getStatusCode());
        response.setContentType(Problem.MEDIA_TYPE);
        response.getWriter().write(problem.json());
    }
}
