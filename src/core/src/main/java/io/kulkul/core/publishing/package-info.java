/**
 * How an application publishes and listens: the beans behind {@code io.kulkul.api}, payloads to JSON, after-commit.
 *
 * <p>Used by applications through CDI; what becomes of an event is up to {@code hub}.
 */
@NullMarked
package io.kulkul.core.publishing;

import org.jspecify.annotations.NullMarked;
