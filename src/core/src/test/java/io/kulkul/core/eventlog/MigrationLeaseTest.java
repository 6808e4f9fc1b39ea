package io.kulkul.core.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MigrationLeaseTest {

    private final JdbcDataSource dataSource = new JdbcDataSource();

    @BeforeEach
    void setUp() {
        dataSource.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    }

    @Test
    void nobodyElseHasItWhileTheWorkIsDone() throws SQLException {
        List<Boolean> taken = new ArrayList<>();

        new MigrationLease(dataSource).during(() -> taken.add(otherTakes()));

        assertThat(taken).containsExactly(false);
        assertThat(otherTakes()).isTrue();
    }

    @Test
    void itIsGivenBackWhenTheWorkFails() {
        IllegalStateException failure = new IllegalStateException("no table");

        assertThatThrownBy(() -> new MigrationLease(dataSource).during(() -> {
                    throw failure;
                }))
                .isSameAs(failure);

        assertThat(otherTakes()).isTrue();
    }

    @Test
    void theFailureOfTheWorkIsToldWhereTheLeaseCannotBeGivenBackEither() {
        IllegalStateException failure = new IllegalStateException("no database any more");

        assertThatThrownBy(() -> new MigrationLease(dataSource).during(() -> {
                    execute("DROP TABLE kulkul_schema_lease");
                    throw failure;
                }))
                .isSameAs(failure)
                .satisfies(
                        told -> assertThat(told.getSuppressed()).hasSize(1).hasOnlyElementsOfType(SQLException.class));
    }

    @Test
    void theLeaseOfAnInstanceThatDiedIsTakenOverWhenItsTimeIsUp() throws SQLException {
        assertThat(otherTakes()).isTrue();
        assertThat(otherTakes()).isFalse();
        timeIsUp();
        List<String> done = new ArrayList<>();

        new MigrationLease(dataSource).during(() -> done.add("migrated"));

        assertThat(done).containsExactly("migrated");
    }

    @Test
    void whoTookTooLongDoesNotEndTheLeaseOfTheNext() throws SQLException {
        new MigrationLease(dataSource).during(() -> {
            timeIsUp();
            assertThat(otherTakes()).isTrue();
        });

        assertThat(otherTakes()).isFalse();
    }

    @Test
    void whoIsInterruptedDoesNotWait() throws SQLException {
        assertThat(otherTakes()).isTrue();
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> new MigrationLease(dataSource).during(() -> {}))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("interrupted");

        assertThat(Thread.interrupted()).isTrue();
    }

    private boolean otherTakes() {
        try {
            return new MigrationLease(dataSource).tryTake();
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private void timeIsUp() {
        execute("UPDATE kulkul_schema_lease SET ends = DATEADD(SECOND, -1, CURRENT_TIMESTAMP)");
    }

    private void execute(String sql) {
        try (Connection connection = dataSource.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
