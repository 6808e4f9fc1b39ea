/** What makes the hub stand alone as a web application; no logic of the hub itself, which is all in core. */
@NullMarked
package io.kulkul.gateway;

import org.jspecify.annotations.NullMarked;
