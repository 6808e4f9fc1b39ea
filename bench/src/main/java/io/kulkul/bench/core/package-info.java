/**
 * JMH benchmarks of the core's paths, each by the entry that the hub itself uses.
 *
 * <p>No container and no network: a transport takes every frame at once, and the hub's threads are a queue that the measured thread empties.
 * So the figures are the core's own cost. They say nothing about sockets; the load generator does.
 */
@NullMarked
package io.kulkul.bench.core;

import org.jspecify.annotations.NullMarked;
