package dev.penstock.loadtest.simulation.trace;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * Traces made up with the statistics of recorded ones: lengths by their quantiles, burstiness, and for conversations how
 * many there are, how they go on, and what of a prompt was there before.
 *
 * <p>Of the Azure LLM inference trace 2023, conversation (Patel et al., "Splitwise", ISCA 2024; CC-BY): lengths, which do
 * not depend on each other (their logarithms correlate by 0.09), and a rate that wanders by a fifth over minutes: the
 * variance of the requests of a minute is 16 times their mean. Of Mooncake's conversation trace (Qin et al., FAST 2025;
 * Apache-2.0): requests in bursts every three seconds, one block that all share, 61 % first turns, and turns that share
 * all but their last part with the one before, two minutes on the median before.
 */
public final class Synthetic {
    /** What it is like. */
    public enum Like {
        /** Prompts of 1,155 tokens and answers of 211, on average; nothing is known of what they share. */
        AZURE_CONVERSATION,
        /** Prompts of 12,035 tokens and answers of 343, on average, in conversations. */
        MOONCAKE_CONVERSATION
    }

    private static final Quantiles AZURE_PROMPT =
            new Quantiles(2, 29, 181, 207, 387, 403, 703, 1020, 1071, 1130, 1315, 2735, 4083, 4142, 14050);
    private static final Quantiles AZURE_OUTPUT =
            new Quantiles(7, 16, 41, 54, 77, 91, 103, 129, 177, 384, 400, 424, 451, 601, 1000);
    private static final Quantiles MOONCAKE_FIRST =
            new Quantiles(891, 894, 897, 905, 1092, 1756, 3914, 5264, 7417, 10775, 15871, 25561, 38538, 89869, 126195);
    private static final Quantiles MOONCAKE_ADDED =
            new Quantiles(1, 60, 163, 304, 473, 590, 698, 829, 992, 1680, 5023, 9741, 14768, 26773, 94968);
    private static final Quantiles MOONCAKE_OUTPUT =
            new Quantiles(1, 3, 10, 24, 100, 213, 291, 350, 399, 447, 504, 597, 698, 1120, 2000);
    private static final Quantiles MOONCAKE_GAP_SECONDS =
            new Quantiles(0, 12, 30, 42, 60, 75, 96, 123, 162, 222, 318, 483, 618, 1482, 3030);
    /** How likely a conversation goes on after its n-th turn; hardly ever after a first of less than {@link #SHORT}. */
    private static final double[] GOES_ON = {.40, .44, .54, .64, .65, .70, .78};

    private static final double GOES_ON_SHORT = .056;
    private static final int SHORT = 1100;
    /** Beyond it hardly any goes on. */
    private static final int LONG = 32_000;

    private static final double GOES_ON_LONG = .25;

    private static final int MOST_PROMPT_TOKENS = 126_195;
    private static final double AZURE_RATE = 5.53;
    private static final double MOONCAKE_RATE = 3.40;
    /** Mooncake's times are whole multiples of it. */
    private static final double BURST_SECONDS = 3;

    private static final double BURSTY_VARIATION = 3;
    private static final double DIURNAL_SWING = 0.8;

    private final SplittableRandom random;
    private final int size;
    private long names;

    private Synthetic(int size, long seed) {
        this.size = size;
        this.random = new SplittableRandom(seed);
    }

    /**
     * Makes a trace.
     *
     * @param size how many requests
     */
    public static Trace trace(Like like, Arrivals arrivals, int size, long seed) {
        Synthetic synthetic = new Synthetic(size, seed);
        return switch (like) {
            case AZURE_CONVERSATION -> synthetic.azure(arrivals);
            case MOONCAKE_CONVERSATION -> synthetic.mooncake(arrivals);
        };
    }

    private Trace azure(Arrivals arrivals) {
        double[] at = arrivals == Arrivals.RECORDED ? wandering() : times(arrivals, AZURE_RATE);
        int[] prompt = new int[size];
        int[] output = new int[size];
        long[][] blocks = new long[size][0];
        for (int i = 0; i < size; i++) {
            prompt[i] = tokens(AZURE_PROMPT);
            output[i] = tokens(AZURE_OUTPUT);
        }
        return new Trace("azure-like", nanos(at), prompt, output, blocks, Trace.BLOCK_TOKENS);
    }

    /** A conversation that is to go on. */
    @SuppressWarnings("ArrayRecordComponent") // two are never compared
    private record Turn(double dueSeconds, long order, int number, long[] blocks, int promptTokens) {}

    private Trace mooncake(Arrivals arrivals) {
        double[] at = arrivals == Arrivals.RECORDED ? inBursts() : times(arrivals, MOONCAKE_RATE);
        int[] prompt = new int[size];
        int[] output = new int[size];
        long[][] blocks = new long[size][];
        names = 1;
        PriorityQueue<Turn> turns =
                new PriorityQueue<>(Comparator.comparingDouble(Turn::dueSeconds).thenComparingLong(Turn::order));
        Deque<Turn> waiting = new ArrayDeque<>();
        for (int i = 0; i < size; i++) {
            while (!turns.isEmpty() && turns.element().dueSeconds() <= at[i]) {
                waiting.add(turns.remove());
            }
            Turn turn = waiting.isEmpty() ? first() : waiting.remove();
            prompt[i] = turn.promptTokens();
            blocks[i] = turn.blocks();
            output[i] = tokens(MOONCAKE_OUTPUT);
            if (random.nextDouble() < goesOn(turn)) {
                turns.add(next(turn, at[i], i));
            }
        }
        return new Trace("mooncake-like", nanos(at), prompt, output, blocks, Trace.BLOCK_TOKENS);
    }

    private static double goesOn(Turn turn) {
        if (turn.number() == 0 && turn.promptTokens() < SHORT) {
            return GOES_ON_SHORT;
        }
        return turn.promptTokens() > LONG ? GOES_ON_LONG : GOES_ON[Math.min(turn.number(), GOES_ON.length - 1)];
    }

    private Turn first() {
        int prompt = tokens(MOONCAKE_FIRST);
        long[] blocks = new long[blocks(prompt)];
        for (int i = 1; i < blocks.length; i++) {
            blocks[i] = names++;
        }
        return new Turn(0, 0, 0, blocks, prompt); // the first block, 0, is everybody's
    }

    private Turn next(Turn before, double nowSeconds, long order) {
        // Whole blocks are shared; the last, cut short, is another block once it has gone on.
        int shared = before.promptTokens() / Trace.BLOCK_TOKENS;
        int prompt = Math.min(MOST_PROMPT_TOKENS, Math.max(1, shared * Trace.BLOCK_TOKENS + tokens(MOONCAKE_ADDED)));
        long[] blocks = Arrays.copyOf(before.blocks(), blocks(prompt));
        for (int i = Math.min(shared, blocks.length); i < blocks.length; i++) {
            blocks[i] = names++;
        }
        double due = nowSeconds + MOONCAKE_GAP_SECONDS.draw(random);
        return new Turn(due, order, before.number() + 1, blocks, prompt);
    }

    private static int blocks(int tokens) {
        return (tokens + Trace.BLOCK_TOKENS - 1) / Trace.BLOCK_TOKENS;
    }

    private int tokens(Quantiles of) {
        return (int) Math.max(1, Math.round(of.draw(random)));
    }

    /** A Poisson process whose rate is lognormal and forgets itself over five minutes. */
    private double[] wandering() {
        double[] at = new double[size];
        double logRate = 0;
        double now = 0;
        double minute = 0;
        for (int i = 0; i < size; i++) {
            now += exponential() / (AZURE_RATE * Math.exp(logRate));
            for (; minute < now; minute += 60) {
                logRate = 0.82 * logRate + 0.12 * random.nextGaussian();
            }
            at[i] = now;
        }
        return at;
    }

    private double[] inBursts() {
        double[] at = new double[size];
        double now = 0;
        for (int i = 0; i < size; i++) {
            now += exponential() / MOONCAKE_RATE;
            at[i] = Math.floor(now / BURST_SECONDS) * BURST_SECONDS;
        }
        return at;
    }

    private double[] times(Arrivals arrivals, double rate) {
        double[] at = new double[size];
        double length = size / rate;
        double now = 0;
        for (int i = 0; i < size; i++) {
            double swing = 1 + DIURNAL_SWING * Math.sin(4 * Math.PI * now / length);
            now += switch (arrivals) {
                case BURSTY -> hyperexponential() / rate;
                case DIURNAL -> exponential() / (rate * swing);
                default -> exponential() / rate;
            };
            at[i] = now;
        }
        return at;
    }

    private double exponential() {
        return -Math.log(1 - random.nextDouble());
    }

    /** Of two exponentials with balanced means, mean 1. */
    private double hyperexponential() {
        double square = BURSTY_VARIATION * BURSTY_VARIATION;
        double often = 0.5 * (1 + Math.sqrt((square - 1) / (square + 1)));
        return random.nextDouble() < often ? exponential() / (2 * often) : exponential() / (2 * (1 - often));
    }

    private static long[] nanos(double[] seconds) {
        return Arrays.stream(seconds).mapToLong(at -> (long) (at * 1e9)).toArray();
    }
}
