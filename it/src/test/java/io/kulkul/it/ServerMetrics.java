package io.kulkul.it;

import java.io.IOException;
import java.util.List;

/** The server's metrics at one moment. */
record ServerMetrics(List<String> lines) {

    static ServerMetrics read() throws IOException, InterruptedException {
        return read(new KulkulApi(""));
    }

    static ServerMetrics read(KulkulApi server) throws IOException, InterruptedException {
        return new ServerMetrics(server.get("/metrics").body().lines().toList());
    }

    /** The sum of all samples that begin so; labels stand in the order of their names. */
    double sum(String beginning) {
        return lines.stream()
                .filter(line -> line.startsWith(beginning))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
