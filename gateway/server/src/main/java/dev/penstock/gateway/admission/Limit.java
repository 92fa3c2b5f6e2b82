package dev.penstock.gateway.admission;

import dev.penstock.gateway.config.LimitConfig;
import dev.penstock.gateway.config.LimitConfig.Unit;
import dev.penstock.gateway.pipeline.InferenceRequest;

/**
 * One configured limit, and whose it is.
 *
 * @param of the id of that key, project ({@code tenant/project}), tenant or address; empty of everybody
 */
record Limit(Level level, String of, LimitConfig config) {
    /** Whose limit it is. */
    enum Level {
        KEY("key"),
        PROJECT("project"),
        TENANT("tenant"),
        EVERYBODY("everybody"),
        ADDRESS("address");

        private final String text;

        Level(String text) {
            this.text = text;
        }
    }

    /** What stays the same when its amounts change. */
    record Identity(Level level, String of, Unit unit, long perMillis, String model) {}

    Identity identity() {
        return new Identity(
                level, of, unit(), config.per().toMillis(), config.model().orElse(""));
    }

    Unit unit() {
        return config.unit();
    }

    /** The most it can give at a stretch, above 0. */
    long capacity() {
        return config.capacity().orElse(config.amount());
    }

    boolean concerns(InferenceRequest request) {
        return (unit() != Unit.CONCURRENT_STREAMS || request.stream())
                && config.model().map(request.model().value()::equals).orElse(true);
    }

    /** Its name in the cluster: one of other amounts is another. */
    String name() {
        return level.text + ":" + of + ":" + unit() + ":" + config.amount() + "/"
                + config.per().toMillis() + ":" + capacity() + ":"
                + config.model().orElse("");
    }

    /** What it allows: {@code 600 requests per 60 s}. */
    String allows() {
        String amount = config.amount() + " "
                + switch (unit()) {
                    case REQUESTS -> "requests";
                    case TOKENS -> "tokens";
                    case CONCURRENT_REQUESTS -> "requests at once";
                    case CONCURRENT_STREAMS -> "streams at once";
                };
        boolean overTime = unit() == Unit.REQUESTS || unit() == Unit.TOKENS;
        return amount
                + (overTime ? " per " + config.per().toSeconds() + " s" : "")
                + config.model().map(model -> " of " + model).orElse("");
    }

    /** Whose it is: {@code key team-a}. */
    String whose() {
        return of.isEmpty() ? level.text : level.text + " " + of;
    }
}
