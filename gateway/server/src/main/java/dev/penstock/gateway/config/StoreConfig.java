package dev.penstock.gateway.config;

import dev.penstock.runtime.config.ByteSize;
import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Range;
import dev.penstock.runtime.config.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Where usage is kept. */
@Doc("""
        Where usage is kept: one entry in the ledger for each request that a worker was asked for; and tenants and keys that
        are made at run time, and budgets. Without `store` there is no ledger. Entries go to a journal on this machine at once and to the database within a second; with the database
        down, serving goes on, and they are written when it is back.""")
public record StoreConfig(
        @Doc("A directory of this gateway's own: the journal, and the database where no `url` is given.")
        @Default("penstock-data")
        Path directory,

        @Doc("""
                A PostgreSQL database, `jdbc:postgresql://HOST:PORT/DATABASE`, which several gateways may share. Without one
                an H2 database in `directory` is used, which needs nothing.""") @Example("jdbc:postgresql://db:5432/penstock")
        Optional<String> url,

        @Doc("The user of the database.") @Example("penstock")
        Optional<String> user,

        @Doc("The user's password.") @Example("env:PENSTOCK_DB_PASSWORD")
        Optional<Secret> password,

        @Doc("Connections to the database at once.") @Default("4") @Range(min = "1", max = "100")
        int connections,

        @Doc("How long to wait for a connection to the database.") @Default("5s") @Range(min = "250ms", max = "1m")
        Duration timeout,

        @Doc("""
                The most the journal holds while the database is down, some 250 bytes a request; what is beyond is lost,
                and counted in `penstock_ledger_lost_total`.""") @Default("256MiB") @Range(min = "8MiB", max = "64GiB")
        ByteSize journal) {
    private static final String POSTGRESQL = "jdbc:postgresql:";
    private static final Pattern SECRET = Pattern.compile("(?i)//[^/?]*@|[?&](?:user|password|sslpassword)=");

    public StoreConfig {
        if (url.filter(given -> !given.toLowerCase(Locale.ROOT).startsWith(POSTGRESQL))
                .isPresent()) {
            // The value is not repeated: it may hold a password.
            throw new IllegalArgumentException(
                    "url: not a PostgreSQL database (expected: " + POSTGRESQL + "//HOST:PORT/DATABASE)");
        }
        if (url.filter(StoreConfig::tellsSecrets).isPresent()) {
            throw new IllegalArgumentException(
                    "url: names a user or a password (expected: them as `user` and `password`, the latter a reference)");
        }
        if (url.isEmpty() && (user.isPresent() || password.isPresent())) {
            throw new IllegalArgumentException("user: given without a `url` (expected: a `url`, or neither)");
        }
    }

    private static boolean tellsSecrets(String url) {
        return SECRET.matcher(url).find();
    }
}
