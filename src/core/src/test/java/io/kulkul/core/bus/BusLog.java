package io.kulkul.core.bus;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Keeps the lines that the bus logs, and keeps them from the build's output. */
final class BusLog extends Handler {

    private static final Logger LOGGER = Logger.getLogger(BusLog.class.getPackageName());

    private final List<String> lines = new CopyOnWriteArrayList<>();

    private BusLog() {}

    static BusLog listen() {
        BusLog log = new BusLog();
        LOGGER.setUseParentHandlers(false);
        LOGGER.addHandler(log);
        return log;
    }

    @Override
    public void publish(LogRecord entry) {
        lines.add(entry.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        LOGGER.removeHandler(this);
        LOGGER.setUseParentHandlers(true);
    }

    /** The lines with this number. */
    List<String> lines(String number) {
        return lines.stream().filter(line -> line.startsWith(number + " ")).toList();
    }
}
