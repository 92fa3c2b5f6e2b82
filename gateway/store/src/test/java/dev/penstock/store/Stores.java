package dev.penstock.store;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The stores that every test runs on: a file of its own, and a database of its own in one PostgreSQL server. */
enum Stores {
    H2,
    POSTGRESQL;

    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** Started by whoever is first, ended with the JVM. */
    private static final class Server {
        static final EmbeddedPostgres POSTGRES = start();

        private static EmbeddedPostgres start() {
            try {
                EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                        .setServerConfig("fsync", "off")
                        .setServerConfig("max_connections", "60")
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

    /** How to open it; more than once, where it is shared. */
    interface Opener {
        Database open();
    }

    Opener fresh(Path directory) {
        int number = NUMBER.incrementAndGet();
        return switch (this) {
            case H2 -> () -> Database.inFile(directory.resolve("store" + number));
            case POSTGRESQL -> {
                create("test" + number);
                String url = Server.POSTGRES.getJdbcUrl("postgres", "test" + number);
                yield () ->
                        Database.postgresql(url, Optional.of("postgres"), Optional.empty(), 8, Duration.ofSeconds(20));
            }
        };
    }

    private static void create(String name) {
        try (Connection connection = Server.POSTGRES.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
