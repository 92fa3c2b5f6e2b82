package dev.penstock.engine.language;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A decoder whose next token follows from all tokens before it, which it reads from its own cache: a row that is mixed
 * up, or a place that is lost, changes everything after.
 */
final class ScriptedDecoder implements Decoder {
    static final int VOCABULARY = 64;

    private final AtomicInteger open = new AtomicInteger();
    private final List<Integer> rowsOfSteps = new ArrayList<>();
    private volatile Runnable beforeRun = () -> {};
    private int largestCache;
    private int held;
    private int mostHeld;

    void beforeEachRun(Runnable action) {
        beforeRun = action;
    }

    /** Caches not closed. */
    int openCaches() {
        return open.get();
    }

    int largestCache() {
        return largestCache;
    }

    /** The most tokens in all caches together, right after a run. */
    int mostHeld() {
        return mostHeld;
    }

    List<Integer> rowsOfSteps() {
        return rowsOfSteps;
    }

    static int next(int[] tokens) {
        // Tokens 0 to 3 never come by themselves, so that one of them can be the end.
        return 4 + Math.floorMod(Arrays.hashCode(tokens) * 0x9E3779B9, VOCABULARY - 4);
    }

    @Override
    public int vocabularySize() {
        return VOCABULARY;
    }

    @Override
    public boolean batches() {
        return true;
    }

    @Override
    public Step run(int[] tokens, int rows, int[] padding, Optional<Cache> past) {
        beforeRun.run();
        int columns = tokens.length / rows;
        int before = past.map(Cache::length).orElse(0);
        int[][] places = new int[rows][];
        for (int row = 0; row < rows; row++) {
            int[] old = past.isPresent() ? ((Places) past.get()).read()[row] : new int[0];
            places[row] = Arrays.copyOf(old, before + columns);
            System.arraycopy(tokens, row * columns, places[row], before, columns);
        }
        past.ifPresent(Cache::close);
        rowsOfSteps.add(rows);
        int[] skip = padding.clone();
        Logits logits = (row, column, into) -> {
            Arrays.fill(into, 0);
            into[next(Arrays.copyOfRange(places[row], skip[row], before + column + 1))] = 5;
        };
        Places present = new Places(places, before + columns);
        mostHeld = Math.max(mostHeld, held);
        return new Step(logits, present);
    }

    @Override
    public Cache gather(List<Row> rows) {
        int length = rows.stream().mapToInt(Row::tokens).max().orElseThrow();
        int[][] places = new int[rows.size()][length];
        for (int i = 0; i < places.length; i++) {
            Row row = rows.get(i);
            int[] from = ((Places) row.cache()).read()[row.row()];
            Arrays.fill(places[i], -1);
            System.arraycopy(from, from.length - row.tokens(), places[i], length - row.tokens(), row.tokens());
        }
        return new Places(places, length);
    }

    @Override
    public void close() {}

    private final class Places implements Cache {
        private final int[][] tokens;
        private final int length;
        private boolean closed;

        Places(int[][] tokens, int length) {
            this.tokens = tokens;
            this.length = length;
            open.incrementAndGet();
            held += tokens.length * length;
            largestCache = Math.max(largestCache, tokens.length * length);
        }

        int[][] read() {
            assertFalse(closed, "a closed cache was read");
            return tokens;
        }

        @Override
        public int rows() {
            return tokens.length;
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                open.decrementAndGet();
                held -= tokens.length * length;
            }
        }
    }
}
