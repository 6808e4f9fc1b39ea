/**
 * Starts the built EAR on a developer's machine: key pair, token, server process. Used by {@code mvn -Prun package} alone
 * and part of no archive. What the server runs with is in {@code liberty-config}.
 */
@NullMarked
package io.kulkul.dev;

import org.jspecify.annotations.NullMarked;
