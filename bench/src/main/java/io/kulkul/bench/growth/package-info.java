/**
 * How a server's cost grows: starts one, puts it under load with {@link io.kulkul.load}, reads its processor time and memory, and draws that.
 */
@NullMarked
package io.kulkul.bench.growth;

import org.jspecify.annotations.NullMarked;
