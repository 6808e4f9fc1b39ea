/**
 * What operators see: MicroProfile metrics and health, and the totals behind the instance's own statistics.
 *
 * <p>The only place that knows MicroProfile Metrics and MicroProfile Health. On a server that has one of them not, the container finds that
 * the beans here that need it cannot be loaded, leaves them out, and everything else works: each such class is therefore a bean
 * of its own that nothing else refers to.
 */
@NullMarked
package io.kulkul.core.telemetry;

import org.jspecify.annotations.NullMarked;
