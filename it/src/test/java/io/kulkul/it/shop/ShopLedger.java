package io.kulkul.it.shop;

import io.kulkul.api.PublishRefusedException;
import io.kulkul.api.Published;
import io.kulkul.api.Publisher;
import jakarta.annotation.Resource;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.transaction.UserTransaction;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/** The shop's own table, in the database in which Kulkul keeps its log, too. */
@WebServlet("/ledger/*")
public class ShopLedger extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Inject
    transient Publisher publisher;

    @Inject
    transient UserTransaction transaction;

    @Resource(lookup = "jdbc/kulkul")
    transient DataSource database;

    @Override
    public void init() {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS shop_ledger (channel varchar(255))");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain");
        try {
            response.getWriter().print(act(request.getPathInfo().substring(1), request.getParameter("channel")));
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    private String act(String name, String channel) throws Exception {
        switch (name) {
            case "buy" -> {
                transaction.begin();
                enter("orders:bought");
                publisher.publish("orders:bought", "bought", null);
                CompletionStage<Published> last = publisher.publish("orders:bought", "paid", null);
                String inside = inside("orders:bought");
                transaction.commit();
                return inside + outcome(last);
            }
            case "regret" -> {
                transaction.begin();
                enter("orders:regretted");
                CompletionStage<Published> never = publisher.publish("orders:regretted", "bought", null);
                String inside = inside("orders:regretted");
                transaction.rollback();
                return inside + outcome(never);
            }
            case "marker" -> {
                return outcome(publisher.publish("orders:regretted", "marker", null));
            }
            case "rows" -> {
                return count("shop_ledger WHERE channel = ?", channel) + " entries, "
                        + count("kulkul_outbox WHERE channel = ?", channel) + " in the outbox, "
                        + count(
                                "kulkul_event WHERE channel_id IN (SELECT id FROM kulkul_channel WHERE name = ?)",
                                channel)
                        + " in the log";
            }
            default -> throw new IllegalArgumentException(name);
        }
    }

    private void enter(String channel) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement("INSERT INTO shop_ledger VALUES (?)")) {
            insert.setString(1, channel);
            insert.executeUpdate();
        }
    }

    private String inside(String channel) throws SQLException {
        return "inside: " + count("kulkul_outbox WHERE channel = ?", channel) + " in the outbox; ";
    }

    private long count(String rows, String channel) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement select = connection.prepareStatement("SELECT count(*) FROM " + rows)) {
            select.setString(1, channel);
            try (ResultSet result = select.executeQuery()) {
                result.next();
                return result.getLong(1);
            }
        }
    }

    private static String outcome(CompletionStage<Published> stage) {
        try {
            return "published as "
                    + stage.toCompletableFuture()
                            .orTimeout(15, TimeUnit.SECONDS)
                            .join()
                            .position()
                            .seq();
        } catch (CompletionException e) {
            return e.getCause() instanceof PublishRefusedException
                    ? "refused"
                    : e.getCause().toString();
        }
    }
}
