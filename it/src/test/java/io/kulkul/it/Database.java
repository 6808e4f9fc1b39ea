package io.kulkul.it;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A PostgreSQL of a test's own that can end, or be killed, and come back with its data at the same port. */
final class Database implements AutoCloseable {
    private final Path directory;
    private final int port;
    private HelperProcess process;

    /** Does not start it yet; the directory is the database's own. */
    Database(Path directory) throws IOException {
        this.directory = directory;
        this.port = Ports.free();
    }

    int port() {
        return port;
    }

    /** Starts it with what it kept; it takes connections when this returns. */
    Database start() throws IOException {
        process = new HelperProcess(
                Database.class,
                directory.resolve("database.log"),
                Integer.toString(port),
                directory.resolve("data").toString());
        return this;
    }

    /** Ends it in order; those who are connected lose their connections. */
    void stop() {
        process.close();
    }

    /** SIGKILL to the server and all that belongs to it. */
    void kill() throws IOException, InterruptedException {
        long pid = Long.parseLong(Files.readAllLines(directory.resolve("data").resolve("postmaster.pid"))
                .get(0)
                .trim());
        ProcessHandle postmaster = ProcessHandle.of(pid).orElseThrow();
        List<ProcessHandle> all = new ArrayList<>(postmaster.descendants().toList());
        all.add(0, postmaster);
        all.forEach(ProcessHandle::destroyForcibly);
        // The next one does not start while one of these is still there.
        all.forEach(one -> one.onExit().join());
        process.kill();
    }

    /** A connection as the user whom the servers use. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection("jdbc:postgresql://localhost:" + port + "/postgres?user=postgres");
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }

    /** The database's own process: port, directory. */
    public static void main(String[] arguments) throws IOException {
        EmbeddedPostgres database = EmbeddedPostgres.builder()
                .setPort(Integer.parseInt(arguments[0]))
                .setDataDirectory(Path.of(arguments[1]))
                .setCleanDataDirectory(false)
                // Above 0 for transactions in which several resources take part.
                .setServerConfig("max_prepared_transactions", "20")
                .setServerConfig("max_connections", "100")
                // As an operator's: the test library switches off what makes a commit reach the disk.
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .start();
        HelperProcess.serveUntilTheTestEnds(System.out);
        database.close();
        System.exit(0);
    }
}
