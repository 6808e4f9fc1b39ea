/**
 * Reads MicroProfile Config once, checks it, and hands out one record of settings per package.
 *
 * <p>The only place that knows MicroProfile Config. A wrong value or an unknown key stops the start and names itself.
 */
@NullMarked
package io.kulkul.core.settings;

import org.jspecify.annotations.NullMarked;
