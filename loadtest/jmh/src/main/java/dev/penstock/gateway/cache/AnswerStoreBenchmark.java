package dev.penstock.gateway.cache;

import dev.penstock.cache.index.Embedding;
import dev.penstock.cache.index.Partition.Neighbour;
import dev.penstock.jmh.Questions;
import dev.penstock.routing.Operation;
import dev.penstock.routing.TokenUsage;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A full store of answers of 1 KiB to {@link Questions}, all of one partition. */
@State(Scope.Thread)
public class AnswerStoreBenchmark {
    private static final int NEIGHBOURS = 4;
    private static final int ANSWER = 1 << 10;
    private static final Instant ENDS = Instant.EPOCH.plusSeconds(60);

    /** How many there are. */
    @Param({"100000"})
    public int entries = 100_000;

    private List<Embedding> queries = List.of();
    private AnswerStore store = new AnswerStore(0, InstantSource.fixed(Instant.EPOCH));
    private int next;

    /** Fills it, and tells what it takes. */
    @Setup
    public void fill() {
        List<Embedding> filling = Questions.embeddings(entries);
        long each = answer(1_000_000, filling.getFirst()).bytes();
        long before = Questions.heapBytes();
        store = new AnswerStore(each * entries, InstantSource.fixed(Instant.EPOCH));
        for (next = 0; next < entries; next++) {
            store.put(answer(next, Embedding.ofComponents(filling.get(next).components())));
        }
        System.out.printf(
                Locale.ROOT,
                "# %d bytes of heap an answer of %d bytes; %d by its own word%n",
                (Questions.heapBytes() - before) / store.size(),
                ANSWER,
                store.bytes() / store.size());
        queries = Questions.asked(filling);
    }

    private static StoredAnswer answer(int number, Embedding embedding) {
        return new StoredAnswer(
                Questions.name(number),
                Optional.of(new StoredAnswer.Question("partition", "What is the answer to " + number + "?", embedding)),
                "tenant",
                "key",
                "model",
                Operation.CHAT,
                new byte[ANSWER],
                new TokenUsage(100, 200, 0, false),
                OptionalLong.of(1_000),
                Instant.EPOCH,
                ENDS);
    }

    /** By its name. */
    @Benchmark
    public Optional<StoredAnswer> get() {
        next++;
        return store.get(Questions.name(next % entries));
    }

    /** The nearest four. */
    @Benchmark
    public List<Neighbour<StoredAnswer>> nearest() {
        next++;
        return store.nearest("partition", queries.get(next % queries.size()), NEIGHBOURS);
    }

    /** One comes, and one goes for it. */
    @Benchmark
    public List<String> put() {
        next++;
        return store.put(answer(next, queries.get(next % queries.size())));
    }
}
