package io.kulkul.core.eventlog;

import java.sql.SQLException;
import javax.sql.DataSource;

/** The database log in PostgreSQL. */
class JdbcEventLogOnPostgresTest extends DurableLogContract {

    @Override
    DataSource emptySchema() throws SQLException {
        return PostgresServer.emptySchema();
    }
}
