/**
 * How frames look for one kind of client: text to command, reply or event to text, and nothing else.
 *
 * <p>The native frames have a class of their own; the frames of other systems are one class and a row of data per system ({@code
 * Envelopes}). A dialect also says what its clients are used to ({@link io.kulkul.core.dialect.DialectTraits}), and leaves it to others to
 * act on that.
 *
 * <p>Used by {@code connection} and {@code hub}, which know no text format, and by {@code settings}, which knows the names.
 */
@NullMarked
package io.kulkul.core.dialect;

import org.jspecify.annotations.NullMarked;
