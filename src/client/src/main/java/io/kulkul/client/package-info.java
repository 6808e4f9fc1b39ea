/** Serves the JavaScript client, in the gateway and in every web application that has this jar; knows nothing of the hub. */
@NullMarked
package io.kulkul.client;

import org.jspecify.annotations.NullMarked;
