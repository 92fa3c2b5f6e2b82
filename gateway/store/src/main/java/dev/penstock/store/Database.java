package dev.penstock.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import dev.penstock.runtime.config.Secret;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;

/** A database, its tables as this version needs them. Thread safe. */
public final class Database implements AutoCloseable {
    private static final String MIGRATIONS = "classpath:dev/penstock/store/migration";
    private static final String POSTGRESQL = "jdbc:postgresql:";

    private final HikariDataSource pool;
    private final Jdbi jdbi;
    private final boolean shared;

    private Database(HikariDataSource pool, boolean shared) {
        this.pool = pool;
        this.jdbi = Jdbi.create(pool);
        this.shared = shared;
    }

    /**
     * An H2 database in a file, which one process at a time has.
     *
     * @param file without the ending {@code .mv.db}
     * @throws StoreException.Unavailable where it cannot be opened, or another process has it
     */
    public static Database inFile(Path file) {
        HikariConfig config = config(4, Duration.ofSeconds(10));
        // A commit is on the disk when it returns; the tables are as PostgreSQL would have them.
        config.setJdbcUrl(
                "jdbc:h2:file:" + file.toAbsolutePath()
                        + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;DEFAULT_NULL_ORDERING=HIGH;WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE");
        config.setUsername("penstock");
        config.setPassword("");
        return open(config, false, file.toString());
    }

    /**
     * A PostgreSQL database, which several gateways share.
     *
     * @param url {@code jdbc:postgresql://HOST:PORT/DATABASE}
     * @param connections the most at once, at least 1
     * @param timeout how long to wait for one
     * @throws IllegalArgumentException for another URL
     * @throws StoreException.Unavailable where it cannot be reached
     */
    public static Database postgresql(
            String url, Optional<String> user, Optional<Secret> password, int connections, Duration timeout) {
        if (!url.toLowerCase(Locale.ROOT).startsWith(POSTGRESQL)) {
            throw new IllegalArgumentException(
                    "url: not a PostgreSQL database (expected: " + POSTGRESQL + "//HOST:PORT/DATABASE)");
        }
        HikariConfig config = config(connections, timeout);
        config.setJdbcUrl(url);
        user.ifPresent(config::setUsername);
        password.ifPresent(secret -> config.setPassword(secret.reveal()));
        config.addDataSourceProperty("ApplicationName", "penstock");
        long seconds = Math.max(1, timeout.toSeconds());
        config.addDataSourceProperty("connectTimeout", Long.toString(seconds));
        config.addDataSourceProperty("socketTimeout", Long.toString(seconds + 30));
        config.addDataSourceProperty("tcpKeepAlive", "true");
        return open(config, true, url);
    }

    private static HikariConfig config(int connections, Duration timeout) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("store");
        config.setMaximumPoolSize(connections);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(timeout.toMillis());
        config.setInitializationFailTimeout(timeout.toMillis());
        config.setAutoCommit(true);
        return config;
    }

    private static Database open(HikariConfig config, boolean shared, String named) {
        HikariDataSource pool;
        try {
            pool = new HikariDataSource(config);
        } catch (HikariPool.PoolInitializationException unreachable) {
            throw new StoreException.Unavailable(named + ": " + root(unreachable), unreachable);
        }
        try {
            // Several gateways may start at once: it takes a lock of its own in the database.
            Flyway.configure()
                    .dataSource(pool)
                    .locations(MIGRATIONS)
                    .table("penstock_schema_history")
                    .baselineOnMigrate(true)
                    .baselineVersion("0")
                    .load()
                    .migrate();
        } catch (FlywayException unfit) {
            pool.close();
            throw new StoreException.Unavailable(
                    named + ": its tables cannot be brought to this version: " + root(unfit), unfit);
        }
        return new Database(pool, shared);
    }

    /** Whether several gateways may have it at once. */
    public boolean shared() {
        return shared;
    }

    /** Whether it answers now. */
    public boolean reachable() {
        try {
            return read(handle -> handle.select("select 1").mapTo(Integer.class).one()) == 1;
        } catch (StoreException.Unavailable down) {
            return false;
        }
    }

    /** Does all of it or nothing. */
    <R> R write(HandleCallback<R, RuntimeException> work) {
        return run(TransactionIsolationLevel.READ_COMMITTED, work);
    }

    /** Reads what was there at one moment. */
    <R> R read(HandleCallback<R, RuntimeException> work) {
        return run(TransactionIsolationLevel.REPEATABLE_READ, work);
    }

    private <R> R run(TransactionIsolationLevel level, HandleCallback<R, RuntimeException> work) {
        try {
            return jdbi.inTransaction(level, work);
        } catch (JdbiException failure) {
            throw new StoreException.Unavailable("the store: " + root(failure), failure);
        }
    }

    private static String root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root instanceof SQLException sql ? sql.getMessage() + " (" + sql.getSQLState() + ")" : root.toString();
    }

    /** Whether a failure says that a row of that key is there already. */
    static boolean duplicate(JdbiException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && "23505".equals(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    /** What to throw within {@link #write} where JDBC itself failed. */
    static JdbiException failed(SQLException failure) {
        return new StatementException(failure);
    }

    private static final class StatementException extends JdbiException {
        private static final long serialVersionUID = 1;

        StatementException(SQLException cause) {
            super(cause);
        }
    }

    static int changed(Handle handle, String sql, Object... arguments) {
        return handle.execute(sql, arguments);
    }

    @Override
    public void close() {
        pool.close();
    }
}
