package dev.penstock.jmh;

import dev.penstock.cache.index.Embedding;
import dev.penstock.cache.index.Partition;
import dev.penstock.cache.index.Partition.Neighbour;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** {@link Questions} in one partition: a lookup, and a change. */
@State(Scope.Thread)
public class PartitionBenchmark {
    private static final int LARGEST = 100_000;
    private static final int NEIGHBOURS = 4;

    /** How many there are. */
    @Param({"1000", "10000", "100000"})
    public int entries = 1_000;

    private List<Embedding> queries = List.of();
    private Partition<String> partition = new Partition<>(Questions.DIMENSIONS);
    private int next;
    private int oldest;

    /** Fills it; of the largest it is told what it takes. */
    @Setup
    public void fill() {
        List<Embedding> filling = Questions.embeddings(entries);
        long before = Questions.heapBytes();
        partition = new Partition<>(Questions.DIMENSIONS);
        for (int i = 0; i < entries; i++) {
            partition.put(
                    Questions.name(i), Embedding.ofComponents(filling.get(i).components()));
        }
        if (entries == LARGEST) {
            System.out.printf(
                    Locale.ROOT,
                    "# %d bytes of heap an entry, its name included; %d by its own word%n",
                    (Questions.heapBytes() - before) / entries,
                    partition.bytes() / entries);
        }
        queries = Questions.asked(filling);
        next = entries;
        oldest = 0;
    }

    /** The nearest four. */
    @Benchmark
    public List<Neighbour<String>> nearest() {
        next++;
        return partition.nearest(queries.get(next % queries.size()), NEIGHBOURS);
    }

    /** One comes and the oldest goes. */
    @Benchmark
    public boolean putAndRemove() {
        partition.put(Questions.name(next), queries.get(next % queries.size()));
        next++;
        return partition.remove(Questions.name(oldest++));
    }
}
