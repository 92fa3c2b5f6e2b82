package dev.penstock.deploy.clients;

import static org.junit.jupiter.api.Assertions.fail;

import org.junit.jupiter.api.Assumptions;

/** What becomes of a client test whose client is not on this machine. */
final class Unavailable {
    private Unavailable() {}

    /** Skips the test, saying why; with {@code -Dpenstock.clients.required=true}, as in CI, fails it. */
    static void skip(String reason) {
        if (Boolean.getBoolean("penstock.clients.required")) {
            fail(reason + ", and penstock.clients.required is set");
        }
        Assumptions.abort(reason);
    }
}
