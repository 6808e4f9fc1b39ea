/**
 * How frames look for one kind of client: text to command, reply or event to text, and nothing else.
 *
 * <p>Used by {@code connection} and {@code hub}, which know no text format.
 */
@NullMarked
package io.kulkul.core.dialect;

import org.jspecify.annotations.NullMarked;
