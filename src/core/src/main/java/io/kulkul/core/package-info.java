/**
 * The hub. This package holds no class: each package below it owns one part, and the architecture test holds the
 * directions between them.
 */
@NullMarked
package io.kulkul.core;

import org.jspecify.annotations.NullMarked;
