package io.kulkul.core.eventlog;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.resource.LoadableResource;
import org.jspecify.annotations.Nullable;

/**
 * Makes the tables of the database log, or brings them up to date, by Flyway's migrations.
 *
 * <p>They may lie in an application's own schema: their history has a table of its own. Several instances may start at once.
 */
final class LogSchema {

    /** Where the migrations lie on the class path. */
    private static final String FOLDER = "/io/kulkul/eventlog/migration/";

    private static final List<String> EVERYWHERE = List.of("V1__tables_of_the_log.sql");
    private static final List<String> POSTGRESQL_ONLY = List.of("V2__signal_of_the_outbox.sql");

    /** How often it is tried: another instance may make the history's table in between. */
    private static final int ATTEMPTS = 5;

    private final DataSource dataSource;
    private final SqlDialect dialect;

    LogSchema(DataSource dataSource, SqlDialect dialect) {
        this.dataSource = dataSource;
        this.dialect = dialect;
    }

    /**
     * Brings the tables up to date.
     *
     * @throws SQLException where an H2 database does not answer, or other instances do not come to an end with it
     * @throws FlywayException where it fails
     */
    void migrate() throws SQLException {
        Flyway flyway = Flyway.configure(new WithoutCallbacks(LogSchema.class.getClassLoader()))
                .dataSource(dataSource)
                .table("kulkul_schema_history")
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .placeholderReplacement(false)
                .resourceProvider(new Migrations(names()))
                // Looks for no classes, as it looks for no files: a server's class loaders may not show what they hold.
                .javaMigrationClassProvider(List::of)
                .skipDefaultCallbacks(true)
                .load();
        if (dialect == SqlDialect.POSTGRESQL) {
            migrate(flyway);
        } else {
            new MigrationLease(dataSource).during(() -> migrate(flyway));
        }
    }

    private static void migrate(Flyway flyway) {
        for (int attempt = 1; ; attempt++) {
            try {
                flyway.migrate();
                return;
            } catch (FlywayException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private List<String> names() {
        return dialect == SqlDialect.POSTGRESQL
                ? Stream.concat(EVERYWHERE.stream(), POSTGRESQL_ONLY.stream()).toList()
                : EVERYWHERE;
    }

    /** The name of the counting, made by whichever instance asks first. */
    static String epoch(Connection connection) throws SQLException {
        String epoch = findEpoch(connection);
        if (epoch != null) {
            return epoch;
        }
        try (PreparedStatement insert =
                Database.prepare(connection, "INSERT INTO kulkul_log (id, epoch) VALUES (1, ?)")) {
            insert.setString(1, UUID.randomUUID().toString());
            insert.executeUpdate();
        } catch (SQLException e) {
            if (!Database.isDuplicate(e)) {
                throw e;
            }
        }
        String made = findEpoch(connection);
        if (made == null) {
            throw new SQLException("kulkul_log has no row");
        }
        return made;
    }

    private static @Nullable String findEpoch(Connection connection) throws SQLException {
        try (PreparedStatement select = Database.prepare(connection, "SELECT epoch FROM kulkul_log WHERE id = 1");
                ResultSet result = select.executeQuery()) {
            return result.next() ? result.getString(1) : null;
        }
    }

    /**
     * Hides the folder that Flyway searches for callbacks whatever it is told: those that lie there are the application's, for migrations of
     * its own.
     */
    private static final class WithoutCallbacks extends ClassLoader {

        WithoutCallbacks(ClassLoader parent) {
            super(parent);
        }

        @Override
        public Enumeration<URL> getResources(String name) throws IOException {
            return name.startsWith("db/callback") ? Collections.emptyEnumeration() : super.getResources(name);
        }
    }

    /** Gives Flyway the migrations by name. */
    private record Migrations(List<String> names) implements ResourceProvider {

        @Override
        public @Nullable LoadableResource getResource(String name) {
            return names.contains(name) ? new Migration(name) : null;
        }

        @Override
        public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
            return names.stream()
                    .filter(name ->
                            name.startsWith(prefix) && Stream.of(suffixes).anyMatch(name::endsWith))
                    .<LoadableResource>map(Migration::new)
                    .toList();
        }
    }

    /** One migration's text. */
    private static final class Migration extends LoadableResource {

        private final String name;

        Migration(String name) {
            this.name = name;
        }

        @Override
        public Reader read() {
            try (InputStream text = LogSchema.class.getResourceAsStream(FOLDER + name)) {
                if (text == null) {
                    throw new IllegalStateException(FOLDER + name + " is not on the class path");
                }
                return new StringReader(new String(text.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String getAbsolutePath() {
            return FOLDER + name;
        }

        @Override
        public String getAbsolutePathOnDisk() {
            return FOLDER + name;
        }

        @Override
        public String getFilename() {
            return name;
        }

        @Override
        public String getRelativePath() {
            return name;
        }
    }
}
