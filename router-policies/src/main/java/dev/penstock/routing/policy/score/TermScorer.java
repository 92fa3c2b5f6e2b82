package dev.penstock.routing.policy.score;

import dev.penstock.routing.LoadView;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.Scorer;
import dev.penstock.routing.spi.ScorerFactory;
import java.util.function.ToDoubleFunction;

/** One term of the expected time, in seconds, as {@link Prediction} has it. */
public final class TermScorer implements Scorer {
    /** The round trip to the worker. */
    static final TermScorer LINK = new TermScorer(Prediction::linkSeconds);
    /** The wait for a model that is not in memory. */
    static final TermScorer LOADING = new TermScorer(Prediction::loadSeconds);
    /** What tries that fail are expected to add. */
    static final TermScorer RETRIES = new TermScorer(Prediction::retrySeconds);
    /** The wait there, for a place and for prompts that came before. */
    static final TermScorer WAIT = new TermScorer(Prediction::waitSeconds);
    /** Computing the first token, of what is in no cache. */
    static final TermScorer PREFILL = new TermScorer(Prediction::prefillSeconds);
    /** Computing the other tokens. */
    static final TermScorer DECODE = new TermScorer(Prediction::decodeSeconds);
    /** The sum of those. */
    static final TermScorer SECONDS = new TermScorer(prediction -> prediction.seconds() + prediction.retrySeconds());
    /** The sum but for decoding: the time to the first token. */
    static final TermScorer FIRST_TOKEN =
            new TermScorer(prediction -> prediction.firstTokenSeconds() + prediction.retrySeconds());

    private final ToDoubleFunction<Prediction> term;

    /** Computing the tokens after the first, at that weight. */
    static TermScorer decode(double weight) {
        return new TermScorer(prediction -> weight * prediction.decodeSeconds());
    }

    /** What others lose by it, at that weight. */
    static TermScorer others(double weight) {
        return new TermScorer(prediction -> weight * prediction.othersSeconds());
    }

    private TermScorer(ToDoubleFunction<Prediction> term) {
        this.term = term;
    }

    /** The time to the last token, on average. */
    public static Scorer seconds() {
        return SECONDS;
    }

    @Override
    public Unit unit() {
        return Unit.SECONDS;
    }

    @Override
    public void add(
            RoutingContext context,
            Candidates candidates,
            LoadView load,
            int[] rows,
            int count,
            double scale,
            double[] costs) {
        Prediction prediction = new Prediction(context);
        for (int k = 0; k < count; k++) {
            costs[k] += scale * term.applyAsDouble(prediction.at(candidates, load, rows[k]));
        }
    }

    /** Registers a term under its name. */
    private abstract static class Registered implements ScorerFactory {
        private final String name;
        private final TermScorer scorer;

        Registered(String name, TermScorer scorer) {
            this.name = name;
            this.scorer = scorer;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public Scorer create(Options options) {
            options.allow();
            return scorer;
        }
    }

    /** Registers {@code link}: the round trip to the worker, as measured. */
    public static final class Link extends Registered {
        public Link() {
            super("link", LINK);
        }
    }

    /** Registers {@code wait}: for a place at the worker, and for the prompts that came before. */
    public static final class Wait extends Registered {
        public Wait() {
            super("wait", WAIT);
        }
    }

    /** Registers {@code prefill}: computing the first token, of what is in no cache. */
    public static final class Prefill extends Registered {
        public Prefill() {
            super("prefill", PREFILL);
        }
    }

    /** Registers {@code decode}: computing the tokens after the first. */
    public static final class Decode extends Registered {
        public Decode() {
            super("decode", DECODE);
        }
    }

    /** Registers {@code seconds}: link + loading + wait + prefill + decode + retries. */
    public static final class Seconds extends Registered {
        public Seconds() {
            super("seconds", SECONDS);
        }
    }

    /** Registers {@code first-token}: link + loading + wait + prefill + retries. */
    public static final class FirstToken extends Registered {
        public FirstToken() {
            super("first-token", FIRST_TOKEN);
        }
    }
}
