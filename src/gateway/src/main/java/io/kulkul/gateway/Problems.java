package io.kulkul.gateway;

import io.kulkul.core.admin.ProblemMapper;
import jakarta.ws.rs.ext.Provider;

/** Answers unknown paths and wrong methods under {@code /api} with a problem, too. */
@Provider
public class Problems extends ProblemMapper {}
