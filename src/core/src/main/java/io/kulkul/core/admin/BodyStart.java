package io.kulkul.core.admin;

import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;

/**
 * The beginning of a body: its first character that is not white space, which stays unread.
 *
 * @param rest what follows the white space
 * @param first the first byte of {@code rest}; -1 where there is none
 * @param linesBefore how many lines the white space took
 */
record BodyStart(InputStream rest, int first, long linesBefore) {

    private static final int[] BYTE_ORDER_MARK = {0xEF, 0xBB, 0xBF};

    /** Skips white space, and the byte order mark that some programs put before UTF-8. */
    static BodyStart of(InputStream body) throws IOException {
        PushbackInputStream in = new PushbackInputStream(body, BYTE_ORDER_MARK.length);
        skipByteOrderMark(in);
        long lines = 0;
        int next = in.read();
        while (next == ' ' || next == '\t' || next == '\r' || next == '\n') {
            lines += next == '\n' ? 1 : 0;
            next = in.read();
        }
        if (next >= 0) {
            in.unread(next);
        }
        return new BodyStart(in, next, lines);
    }

    private static void skipByteOrderMark(PushbackInputStream in) throws IOException {
        for (int i = 0; i < BYTE_ORDER_MARK.length; i++) {
            int next = in.read();
            if (next != BYTE_ORDER_MARK[i]) {
                if (next >= 0) {
                    in.unread(next);
                }
                for (int read = i - 1; read >= 0; read--) {
                    in.unread(BYTE_ORDER_MARK[read]);
                }
                return;
            }
        }
    }
}
