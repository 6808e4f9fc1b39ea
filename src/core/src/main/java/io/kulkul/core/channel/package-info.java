/**
 * The live channels: each with its tail, its log and its subscribers, and the options of their namespaces.
 *
 * <p>One lock orders the whole instance: appending an event, a subscriber's coming and going. Fanning out happens outside of it.
 */
@NullMarked
package io.kulkul.core.channel;

import org.jspecify.annotations.NullMarked;
