/** Runs the client's own tests, which are JavaScript, in the build. */
@NullMarked
package io.kulkul.client;

import org.jspecify.annotations.NullMarked;
