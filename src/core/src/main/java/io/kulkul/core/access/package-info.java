/**
 * Who the caller is and what they may do: tokens, tenants, origins.
 *
 * <p>The only place that knows JSON Web Tokens. Used by {@code hub} and {@code endpoint}.
 */
@NullMarked
package io.kulkul.core.access;

import org.jspecify.annotations.NullMarked;
