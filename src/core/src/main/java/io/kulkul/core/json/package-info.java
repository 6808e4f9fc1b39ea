/**
 * Reads members out of JSON text without building trees, and writes JSON strings.
 *
 * <p>The only place that knows the JSON library. Used by {@code dialect}, {@code subscription}, {@code publishing} and {@code admin}.
 */
@NullMarked
package io.kulkul.core.json;

import org.jspecify.annotations.NullMarked;
