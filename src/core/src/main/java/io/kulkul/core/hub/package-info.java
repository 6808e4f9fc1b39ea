/**
 * The use cases: connect, subscribe, publish, replay, deliver, drain.
 *
 * <p>Everything below meets here; {@code endpoint}, {@code publishing}, {@code admin} and {@code telemetry} call it. It runs without a
 * container: clock, ids and threads are handed in.
 */
@NullMarked
package io.kulkul.core.hub;

import org.jspecify.annotations.NullMarked;
