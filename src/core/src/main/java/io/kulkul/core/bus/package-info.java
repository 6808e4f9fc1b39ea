/**
 * What connects instances: events and notices that travel between them, and who is alive.
 *
 * <p>The engine is a message broker by Jakarta Messaging, known here alone; without one the instance is by itself.
 */
@NullMarked
package io.kulkul.core.bus;

import org.jspecify.annotations.NullMarked;
