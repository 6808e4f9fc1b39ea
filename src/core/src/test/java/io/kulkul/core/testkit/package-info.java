/** What tests of the hub are built from: time in hand, threads that run when a test says so, and clients without a socket. */
@NullMarked
package io.kulkul.core.testkit;

import org.jspecify.annotations.NullMarked;
