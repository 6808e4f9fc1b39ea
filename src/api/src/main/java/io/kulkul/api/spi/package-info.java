/**
 * What an application implements to extend Kulkul; each is found as a CDI bean.
 *
 * <p>The core calls these; they depend on nothing but {@code io.kulkul.api}.
 */
@NullMarked
package io.kulkul.api.spi;

import org.jspecify.annotations.NullMarked;
