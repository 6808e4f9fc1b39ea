package io.kulkul.gateway;

import io.kulkul.core.admin.HeaderCheck;
import jakarta.servlet.annotation.WebFilter;

/** Answers headers under {@code /api} that are not well-formed with a problem, too. */
@WebFilter(urlPatterns = "/api/*", asyncSupported = true)
public class Headers extends HeaderCheck {

    private static final long serialVersionUID = 1L;
}
