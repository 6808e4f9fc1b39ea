/**
 * The load generator: connects many subscribers to a Kulkul server, publishes by a plan, and checks what arrives.
 *
 * <p>{@link io.kulkul.load.LoadCommand} is the program, {@link io.kulkul.load.LoadRun} one run. It knows the server by its protocol alone and
 * shares no code with it, so that a mistake of the server's cannot hide behind the same mistake here.
 */
@NullMarked
package io.kulkul.load;

import org.jspecify.annotations.NullMarked;
