/**
 * What a client may ask and the hub may answer, free of any text format.
 *
 * <p>{@code dialect} turns text into {@link io.kulkul.core.protocol.Command}s and {@link io.kulkul.core.protocol.Reply}s into text;
 * {@code hub} carries commands out.
 */
@NullMarked
package io.kulkul.core.protocol;

import org.jspecify.annotations.NullMarked;
