package io.kulkul.load;

import java.io.IOException;

/** What the server sent is no WebSocket frame that a client may be sent. */
final class FrameException extends IOException {

    FrameException(String message) {
        super(message);
    }
}
