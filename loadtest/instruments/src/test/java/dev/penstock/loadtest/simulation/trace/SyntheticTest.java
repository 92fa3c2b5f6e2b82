package dev.penstock.loadtest.simulation.trace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.loadtest.generator.TraceFile;
import dev.penstock.loadtest.simulation.trace.Synthetic.Like;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What a made-up trace has in common with the one that it is like. */
final class SyntheticTest {
    private static final Path TRACES =
            Path.of(System.getProperty("penstock.root", "..")).toAbsolutePath().normalize();

    private static Trace recorded(String name) {
        for (Path up = TRACES; up != null; up = up.getParent()) {
            Path file = up.resolve("shared/traces").resolve(name);
            if (Files.isRegularFile(file)) {
                return Trace.of(name, TraceFile.read(file), Integer.MAX_VALUE);
            }
        }
        Assumptions.abort("no ../shared/traces/" + name + ": the recorded traces are not distributed");
        throw new AssertionError("aborted");
    }

    @Test
    void mooncakesBlocksRepeatAsItsPaperSays() {
        Trace trace = recorded("mooncake_conversation.jsonl");
        assertEquals(12_031, trace.size());
        assertEquals(0.366, trace.ceiling(), 0.0005);
    }

    @Test
    void azureTellsNoBlocks() {
        Trace trace = recorded("azure_2023_conv.csv");
        assertEquals(19_366, trace.size());
        assertEquals(0, trace.ceiling());
        assertEquals(5.53, trace.rate(), 0.01);
    }

    @Test
    void azureLikeHasItsLengthsItsRateAndItsUnrest() {
        Trace made = Synthetic.trace(Like.AZURE_CONVERSATION, Arrivals.RECORDED, 19_366, 7);
        assertEquals(1155, mean(made.promptTokens()), 0.06 * 1155);
        assertEquals(211, mean(made.outputTokens()), 0.06 * 211);
        assertEquals(5.53, made.rate(), 0.25 * 5.53);
        double unrest = dispersion(made, 60);
        assertTrue(unrest > 8 && unrest < 32, "variance over mean of a minute's requests: " + unrest);
    }

    @Test
    void mooncakeLikeHasItsLengthsItsBurstsAndItsSharing() {
        Trace made = Synthetic.trace(Like.MOONCAKE_CONVERSATION, Arrivals.RECORDED, 12_031, 7);
        assertEquals(12_035, mean(made.promptTokens()), 0.12 * 12_035);
        assertEquals(343, mean(made.outputTokens()), 0.06 * 343);
        assertEquals(3.40, made.rate(), 0.1 * 3.40);
        assertEquals(0.366, made.ceiling(), 0.04);
        assertTrue(Arrays.stream(made.atNanos()).allMatch(at -> at % 3_000_000_000L == 0));
        assertTrue(Arrays.stream(made.blocks()).allMatch(blocks -> blocks[0] == 0));
    }

    @Test
    void everyPromptHasAsManyBlocksAsItHasTokensFor() {
        Trace made = Synthetic.trace(Like.MOONCAKE_CONVERSATION, Arrivals.POISSON, 2000, 3);
        for (int i = 0; i < made.size(); i++) {
            assertEquals((made.promptTokens()[i] + 511) / 512, made.blocks()[i].length);
        }
    }

    @Test
    void theSameSeedIsTheSameTrace() {
        for (Arrivals arrivals : Arrivals.values()) {
            Trace one = Synthetic.trace(Like.MOONCAKE_CONVERSATION, arrivals, 500, 11);
            Trace two = Synthetic.trace(Like.MOONCAKE_CONVERSATION, arrivals, 500, 11);
            assertArrayEquals(one.atNanos(), two.atNanos());
            assertArrayEquals(one.blocks(), two.blocks());
            for (int i = 1; i < one.size(); i++) {
                assertTrue(one.atNanos()[i] >= one.atNanos()[i - 1], arrivals + " at " + i);
            }
        }
    }

    @Test
    void burstyIsBurstier() {
        Trace poisson = Synthetic.trace(Like.AZURE_CONVERSATION, Arrivals.POISSON, 20_000, 5);
        Trace bursty = Synthetic.trace(Like.AZURE_CONVERSATION, Arrivals.BURSTY, 20_000, 5);
        assertEquals(1, dispersion(poisson, 10), 0.2);
        assertTrue(dispersion(bursty, 10) > 4, "variance over mean: " + dispersion(bursty, 10));
    }

    @Test
    void anotherRateStretchesTime() {
        Trace made = Synthetic.trace(Like.AZURE_CONVERSATION, Arrivals.POISSON, 1000, 5);
        assertEquals(2.5, made.atRate(2.5).rate(), 1e-6);
    }

    private static double mean(int[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    /** The variance of how many come in so many seconds, over their mean: 1 of a Poisson process. */
    private static double dispersion(Trace trace, double seconds) {
        int windows = (int) (trace.seconds() / seconds);
        double[] counts = new double[windows];
        for (long at : trace.atNanos()) {
            int window = (int) ((at - trace.atNanos()[0]) / 1e9 / seconds);
            if (window < windows) {
                counts[window]++;
            }
        }
        double mean = Arrays.stream(counts).average().orElseThrow();
        return Arrays.stream(counts)
                        .map(count -> (count - mean) * (count - mean))
                        .average()
                        .orElseThrow()
                / mean;
    }
}
