package io.kulkul.core.docs;

import org.jspecify.annotations.Nullable;

/** Who is a member of which room; the application's own. */
interface Rooms {

    boolean hasMember(String channel, @Nullable String user);
}
