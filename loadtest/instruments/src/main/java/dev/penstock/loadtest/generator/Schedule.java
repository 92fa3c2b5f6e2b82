package dev.penstock.loadtest.generator;

import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;

/**
 * The requests of a run in the order in which they are due. Every event loop walks the whole schedule and takes its share
 * of it, so what is sent when does not depend on how many loops send it.
 */
final class Schedule {
    private final RequestShape shape;
    private final Mix mix;
    private final SplittableRandom kinds;
    private final long endNanos;
    private final Gaps gaps;
    private long count;

    private Schedule(LoadPlan plan, Gaps gaps) {
        this.shape = plan.shape();
        this.mix = plan.mix();
        this.kinds = new SplittableRandom(plan.seed());
        this.endNanos = plan.warmUp().plus(plan.length()).toNanos();
        this.gaps = gaps;
    }

    /** When the next request is due, and how large it is where the source tells. */
    private interface Gaps {
        /** Nanoseconds from the start of the run; {@link Long#MAX_VALUE} when there are no more. */
        long next();

        /** The length of the body of the request that was last asked for. */
        default int bodyBytes(int otherwise) {
            return otherwise;
        }

        /** The tokens of its answer. */
        default int tokens(int otherwise) {
            return otherwise;
        }
    }

    /**
     * The schedule of a plan, from its beginning.
     *
     * @param trace the trace, where arrivals follow one
     */
    static Schedule of(LoadPlan plan, Optional<TraceFile> trace) {
        SplittableRandom random = new SplittableRandom(plan.seed() ^ 0x5bd1e995L);
        Gaps gaps =
                switch (plan.arrivals()) {
                    case Arrivals.Constant constant -> new Evenly(constant.rate());
                    case Arrivals.Poisson poisson -> new Drawn(poisson.rate(), () -> exponential(random));
                    case Arrivals.Bursty bursty -> {
                        double shape = 1 / (bursty.burstiness() * bursty.burstiness());
                        yield new Drawn(bursty.rate(), () -> gamma(random, shape) / shape);
                    }
                    case Arrivals.Trace file -> new Traced(trace.orElseThrow(), file.speedup());
                    case Arrivals.Saturating saturating -> () -> 0;
                };
        return new Schedule(plan, gaps);
    }

    /** The next request; empty once the run is over. */
    Optional<Due> next() {
        long at = gaps.next();
        if (at >= endNanos) {
            return Optional.empty();
        }
        Kind kind = mix.pick(kinds.nextDouble());
        int prompt = (int) (count++ % shape.prompts());
        return Optional.of(new Due(at, kind, prompt, gaps.bodyBytes(shape.bodyBytes()), gaps.tokens(shape.tokens())));
    }

    private static final class Evenly implements Gaps {
        private final double rate;
        private long count;

        private Evenly(double rate) {
            this.rate = rate;
        }

        @Override
        public long next() {
            return (long) (count++ * 1e9 / rate);
        }
    }

    /** Gaps of mean 1 drawn at random, stretched to the rate. */
    private static final class Drawn implements Gaps {
        private final double rate;
        private final DoubleSupplier gap;
        private double at;

        private Drawn(double rate, DoubleSupplier gap) {
            this.rate = rate;
            this.gap = gap;
        }

        @Override
        public long next() {
            at += gap.getAsDouble() / rate;
            return (long) (at * 1e9);
        }
    }

    private static final class Traced implements Gaps {
        /** Four characters a token, and what is around the prompt. */
        private static final int ENVELOPE = 256;

        private final TraceFile trace;
        private final double speedup;
        private int next;

        private Traced(TraceFile trace, double speedup) {
            this.trace = trace;
            this.speedup = speedup;
        }

        @Override
        public long next() {
            return next < trace.size() ? (long) (trace.atNanos(next++) / speedup) : Long.MAX_VALUE;
        }

        @Override
        public int bodyBytes(int otherwise) {
            int tokens = trace.promptTokens(next - 1);
            return tokens == 0 ? otherwise : ENVELOPE + 4 * tokens;
        }

        @Override
        public int tokens(int otherwise) {
            int tokens = trace.answerTokens(next - 1);
            return tokens == 0 ? otherwise : tokens;
        }
    }

    private static double exponential(SplittableRandom random) {
        return -Math.log(1 - random.nextDouble());
    }

    /**
     * A gamma variate of a shape below 1 and scale 1: Marsaglia and Tsang, "A simple method for generating gamma
     * variables" (2000), with their boost for shapes below 1.
     */
    private static double gamma(SplittableRandom random, double shape) {
        double d = shape + 1 - 1 / 3.0;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = random.nextGaussian();
            double v = 1 + c * x;
            if (v <= 0) {
                continue;
            }
            v = v * v * v;
            if (Math.log(1 - random.nextDouble()) < 0.5 * x * x + d - d * v + d * Math.log(v)) {
                return d * v * Math.pow(1 - random.nextDouble(), 1 / shape);
            }
        }
    }
}
