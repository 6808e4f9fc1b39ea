package io.kulkul.core.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Records the lines that one logger writes until it is closed. */
public final class LogLines implements AutoCloseable {

    private final Logger logger;
    private final List<String> lines = new ArrayList<>();
    private final Handler recorder = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            lines.add(entry.getMessage());
        }

        @Override
        public void flush() {
            // Nothing is buffered.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    };

    private LogLines(Logger logger) {
        this.logger = logger;
    }

    /** Begins to record. */
    public static LogLines of(String logger) {
        LogLines recording = new LogLines(Logger.getLogger(logger));
        recording.logger.addHandler(recording.recorder);
        return recording;
    }

    /** The lines since the last call that begin with this number of a log message. */
    public List<String> take(String number) {
        List<String> found =
                lines.stream().filter(line -> line.startsWith(number)).toList();
        lines.removeAll(found);
        return found;
    }

    @Override
    public void close() {
        logger.removeHandler(recorder);
    }
}
