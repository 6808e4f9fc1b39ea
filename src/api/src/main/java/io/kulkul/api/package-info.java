/**
 * What application code compiles against: publishing to channels, hearing what clients publish, and the words for both.
 *
 * <p>Applications use it; {@code kulkul-core} implements it. It depends on CDI's annotations alone and leaves everything about
 * sockets, tokens and storage to the core.
 */
@NullMarked
package io.kulkul.api;

import org.jspecify.annotations.NullMarked;
