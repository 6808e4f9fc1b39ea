package io.kulkul.core.eventlog;

import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;

/** The database log in H2, in memory. */
class JdbcEventLogOnH2Test extends DurableLogContract {

    private static final AtomicInteger DATABASES = new AtomicInteger();

    @Override
    DataSource emptySchema() {
        JdbcDataSource dataSource = new JdbcDataSource();
        dataSource.setURL("jdbc:h2:mem:log" + DATABASES.incrementAndGet() + ";DB_CLOSE_DELAY=-1");
        return dataSource;
    }
}
