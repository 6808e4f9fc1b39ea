/**
 * REST for publishers and operators: events in, channels, connections and the instance out.
 *
 * <p>No resource here is found by the container: an application that has {@code kulkul-core} in it gets no paths it did not ask for. The
 * gateway gives each resource its path by a subclass of one line, and so can any application:
 *
 * <pre>{@code
 * @Path("/live/events")
 * @ApplicationScoped
 * public class LiveEvents extends EventsResource {}
 *
 * @Path("/live/channels")
 * @ApplicationScoped
 * public class LiveChannels extends ChannelsResource {}
 * }</pre>
 *
 * <p>Each resource asks for a bearer token itself and answers its own errors as problems (RFC 9457), so that the application's filters and
 * mappers are neither needed nor disturbed. {@link ProblemMapper} and {@link HeaderCheck} do the same for whatever else happens under an
 * application path, for applications that want it.
 */
@NullMarked
package io.kulkul.core.admin;

import org.jspecify.annotations.NullMarked;
