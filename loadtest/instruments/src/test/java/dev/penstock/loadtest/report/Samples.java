package dev.penstock.loadtest.report;

import dev.penstock.loadtest.generator.Arrivals;
import dev.penstock.loadtest.generator.Failure;
import dev.penstock.loadtest.generator.Kind;
import dev.penstock.loadtest.generator.LoadPlan;
import dev.penstock.loadtest.generator.LoadResult;
import dev.penstock.loadtest.generator.LoadResult.KindResult;
import dev.penstock.loadtest.generator.LoadResult.Second;
import dev.penstock.loadtest.generator.Mix;
import dev.penstock.loadtest.generator.RequestShape;
import dev.penstock.loadtest.generator.Slo;
import dev.penstock.loadtest.mock.AnswerKey;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/** A small run whose figures are known, with names that HTML and JSON must escape. */
final class Samples {
    static final String SECRET = "sk-pen-secret-of-the-run";

    private Samples() {}

    static LoadPlan plan() {
        return new LoadPlan(
                URI.create("http://user:urlsecret@127.0.0.1:8080/v1"),
                Optional.of(SECRET),
                Map.of("x-route", SECRET),
                new Arrivals.Poisson(1000),
                new Mix(3, 1, 0),
                new RequestShape("<script>alert('m')</script> & \"co\"", "minilm", 1024, 16, 64),
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                64,
                Duration.ofSeconds(30),
                1,
                42,
                Optional.of(new AnswerKey(7, 4)),
                Slo.INTERACTIVE);
    }

    static LoadResult result() {
        KindResult chat = new KindResult(
                1003,
                1000,
                990,
                Map.of(Failure.TIMEOUT, 2L, Failure.CONTENT, 1L),
                16_000,
                2 << 20,
                upTo(1000, 1_000_000),
                new Histogram(3),
                new Histogram(3));
        KindResult stream = new KindResult(
                500, 500, 500, Map.of(), 8000, 1 << 20, upTo(500, 4_000_000), upTo(500, 50_000), upTo(7500, 1000));
        return new LoadResult(
                Duration.ofSeconds(2),
                Map.of(Kind.STREAM, stream, Kind.CHAT, chat),
                upTo(1500, 10_000),
                List.of(
                        new Second(700, 0, 900_000, 4_000_000),
                        new Second(0, 2, 0, 0),
                        new Second(1500, 1, 500_000, 1_500_000)));
    }

    private static Histogram upTo(int count, long step) {
        Histogram nanos = new Histogram(3);
        for (int i = 1; i <= count; i++) {
            nanos.recordValue(i * step);
        }
        return nanos;
    }
}
