package dev.penstock.gateway;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** One PostgreSQL server for all tests of a JVM, started by whoever is first. */
public final class PostgresServer {
    /** Whom it lets in. */
    public static final String USER = "postgres";

    private static final AtomicInteger NUMBER = new AtomicInteger();

    private PostgresServer() {}

    private static final class Server {
        static final EmbeddedPostgres POSTGRES = start();

        private static EmbeddedPostgres start() {
            try {
                EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "off")
                        .setServerConfig("max_connections", "100")
                        .start();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    try {
                        postgres.close();
                    } catch (IOException gone) {
                        throw new UncheckedIOException(gone);
                    }
                }));
                return postgres;
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }

    /** The URL of a database of its own. */
    public static String database() {
        String name = "gateway" + NUMBER.incrementAndGet();
        try (Connection connection = Server.POSTGRES.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
        return "jdbc:postgresql://127.0.0.1:" + Server.POSTGRES.getPort() + "/" + name;
    }

    /** The name of a database in its URL. */
    static String nameOf(String url) {
        return url.substring(url.lastIndexOf('/') + 1);
    }

    /** The names of its tables. */
    static List<String> tables(String database) throws SQLException {
        return List.of(
                dump(database, "(select table_name from information_schema.tables where table_schema = 'public') t")
                        .strip()
                        .split("\\s+"));
    }

    /** All that a table has. */
    static String dump(String database, String table) throws SQLException {
        StringBuilder text = new StringBuilder();
        try (Connection connection = Server.POSTGRES.getDatabase(USER, database).getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select * from " + table)) {
            while (rows.next()) {
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    text.append(rows.getString(i)).append(' ');
                }
                text.append('\n');
            }
        }
        return text.toString();
    }

    /** Does something to a database, as no gateway would. */
    static void execute(String database, String sql) throws SQLException {
        try (Connection connection = Server.POSTGRES.getDatabase(USER, database).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
