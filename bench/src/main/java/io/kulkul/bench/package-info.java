/** The entry of {@code kulkul-bench.jar}: the benchmarks of the core, and the plots of how cost grows. */
@NullMarked
package io.kulkul.bench;

import org.jspecify.annotations.NullMarked;
