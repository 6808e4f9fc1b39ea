/**
 * How fast and how much: token buckets and what follows when they are empty.
 *
 * <p>Used by {@code hub} for each client's messages.
 */
@NullMarked
package io.kulkul.core.quota;

import org.jspecify.annotations.NullMarked;
