package dev.penstock.worker.config;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;

/** Where the worker runs. */
@Doc("Where the worker runs, for routing between an operator's own ground and the cloud.")
public record SiteConfig(
        @Doc("The site's name.") @Default("local") @Example("plant-7")
        String name,

        @Doc("Whether the site is the operator's own ground (`edge`) or not (`cloud`).") @Default("edge")
        Kind kind,

        @Doc("A region label such as `eu-west-1`; empty where there is none.") @Default("''")
        String region) {

    private static final int TEXT_LIMIT = 128;

    public SiteConfig {
        requireText("name", name, 1);
        requireText("region", region, 0);
    }

    /** As the pool takes it: a worker that may not be announced shall not start. */
    private static void requireText(String key, String value, int least) {
        if (value.length() < least
                || value.length() > TEXT_LIMIT
                || value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(key + ": " + value.length() + " characters (expected: " + least + " to "
                    + TEXT_LIMIT + ", no control characters)");
        }
    }

    /** Whose ground a site is. */
    public enum Kind {
        /** The operator's own. */
        EDGE,
        /** Somebody else's. */
        CLOUD
    }
}
