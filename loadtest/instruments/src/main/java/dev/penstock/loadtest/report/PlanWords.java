package dev.penstock.loadtest.report;

import dev.penstock.loadtest.generator.Arrivals;
import dev.penstock.loadtest.generator.LoadPlan;
import dev.penstock.loadtest.generator.Mix;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.StringJoiner;

/** A plan in words. */
final class PlanWords {
    private PlanWords() {}

    /** Where it goes, without a user's name and password, which a URL may have. */
    static String target(LoadPlan plan) {
        URI uri = plan.target();
        return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort())
                + (uri.getRawPath() == null ? "" : uri.getRawPath());
    }

    /** One line of it. */
    static String line(LoadPlan plan) {
        return arrivals(plan) + ", " + mix(plan.mix()) + ", " + duration(plan.length())
                + (plan.warmUp().isZero() ? "" : " after " + duration(plan.warmUp()) + " of warm-up");
    }

    private static String arrivals(LoadPlan plan) {
        String connections =
                Units.count(plan.connections()) + (plan.connections() == 1 ? " connection" : " connections");
        return switch (plan.arrivals()) {
            case Arrivals.Constant constant ->
                Units.rate(constant.rate()) + " requests/s evenly, at most " + connections;
            case Arrivals.Poisson poisson ->
                Units.rate(poisson.rate()) + " requests/s (Poisson), at most " + connections;
            case Arrivals.Bursty bursty ->
                Units.rate(bursty.rate()) + " requests/s in bursts (coefficient of variation "
                        + Units.digits(bursty.burstiness()) + "), at most " + connections;
            case Arrivals.Trace trace ->
                "trace " + trace.file() + " at " + Units.digits(trace.speedup()) + "x, at most " + connections;
            case Arrivals.Saturating _ -> "saturating " + connections;
        };
    }

    private static String mix(Mix mix) {
        double sum = mix.chat() + mix.stream() + mix.embedding();
        StringJoiner words = new StringJoiner(", ");
        weight(words, mix.chat() / sum, "chat");
        weight(words, mix.stream() / sum, "streams");
        weight(words, mix.embedding() / sum, "embeddings");
        return words.toString();
    }

    private static void weight(StringJoiner words, double share, String name) {
        if (share > 0) {
            words.add(share == 1 ? name : Units.digits(share * 100) + " % " + name);
        }
    }

    static String duration(Duration duration) {
        return Units.duration(duration.toNanos());
    }

    /** All of it, a row for each part. */
    static Table table(LoadPlan plan) {
        return new Table(
                "Plan",
                List.of("", ""),
                List.of(
                        List.of("target", target(plan)),
                        List.of("arrivals", arrivals(plan)),
                        List.of("mix", mix(plan.mix())),
                        List.of("warm-up and length", duration(plan.warmUp()) + ", " + duration(plan.length())),
                        List.of(
                                "request",
                                Units.bytes(plan.shape().bodyBytes()) + " of body, "
                                        + Units.count(plan.shape().prompts()) + " prompts"),
                        List.of("answer", Units.count(plan.shape().tokens()) + " tokens"),
                        List.of(
                                "models",
                                plan.shape().model() + ", " + plan.shape().embeddingModel()),
                        List.of("request timeout", duration(plan.requestTimeout())),
                        List.of("answers checked", plan.key().isPresent() ? "to the byte" : "framing and shape"),
                        List.of(
                                "SLO",
                                "first token " + duration(plan.slo().timeToFirstToken()) + ", between tokens "
                                        + duration(plan.slo().interToken()) + ", end to end "
                                        + duration(plan.slo().endToEnd())),
                        List.of("event loops, seed", plan.loops() + ", " + plan.seed())));
    }
}
