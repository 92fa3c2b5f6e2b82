package dev.penstock.gateway.cache;

import dev.penstock.cache.index.Embedding;
import dev.penstock.cache.index.Partition;
import dev.penstock.cache.index.Partition.Neighbour;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The answers that this gateway has at hand, bounded in bytes. When there is no more room those go first that save least for
 * what they take: by {@code clock + uses * worth / bytes}, where the clock is the value of the last that went, so that what
 * was used long ago goes in the end (GreedyDual-Size-Frequency, Cherkasova, HPL-98-69).
 *
 * <p>Thread safe.
 */
final class AnswerStore {
    private final long maxBytes;
    private final InstantSource clock;

    // Guarded by this.
    private final Map<String, Kept> kept = new HashMap<>();
    private final Map<String, Partition<String>> partitions = new HashMap<>();
    private final TreeSet<Kept> worst =
            new TreeSet<>(Comparator.comparingDouble((Kept each) -> each.value).thenComparingLong(each -> each.number));
    private long bytes;
    private double passed;
    private long numbers;

    /** One of them. Its value changes only while it is not in the order. */
    private static final class Kept {
        final StoredAnswer answer;
        final long number;
        long uses = 1;
        /** The clock when it was last used. */
        double since;

        double value;

        Kept(StoredAnswer answer, long number, double since) {
            this.answer = answer;
            this.number = number;
            this.since = since;
        }

        double worth() {
            return since + (double) uses * answer.worth() / answer.bytes();
        }
    }

    AnswerStore(long maxBytes, InstantSource clock) {
        this.maxBytes = maxBytes;
        this.clock = clock;
    }

    /** The answer of that name; one that has expired is gone. */
    synchronized Optional<StoredAnswer> get(String name) {
        Kept found = kept.get(name);
        if (found == null) {
            return Optional.empty();
        }
        if (!clock.instant().isBefore(found.answer.expires())) {
            remove(name);
            return Optional.empty();
        }
        return Optional.of(found.answer);
    }

    /** One was served: it is worth more. Where it stands in the order is found out when one has to go. */
    synchronized void used(String name) {
        Kept found = kept.get(name);
        if (found != null) {
            found.uses++;
            found.since = passed;
        }
    }

    /** An embedder may become another under its name: vectors of other dimensions are not compared. */
    private static String place(String partition, Embedding embedding) {
        return partition + "/" + embedding.dimensions();
    }

    private void rank(Kept each) {
        each.value = each.worth();
        worst.add(each);
    }

    /** The one that is worth least. What was used since it was ranked is worth more than it stands for, never less. */
    private Kept least() {
        Kept first = worst.first();
        while (first.value < first.worth()) {
            worst.remove(first);
            rank(first);
            first = worst.first();
        }
        return first;
    }

    /** The nearest of a partition, the nearest first. */
    List<Neighbour<StoredAnswer>> nearest(String partition, Embedding to, int most) {
        Optional<Partition<String>> within;
        synchronized (this) {
            within = Optional.ofNullable(partitions.get(place(partition, to)));
        }
        List<Neighbour<StoredAnswer>> found = new ArrayList<>();
        for (Neighbour<String> each :
                within.map(index -> index.nearest(to, most)).orElse(List.of())) {
            get(each.item()).ifPresent(answer -> found.add(new Neighbour<>(answer, each.cosine())));
        }
        return found;
    }

    /**
     * Keeps an answer, in place of one of its name.
     *
     * @return the names of those that had to go; the answer's own where there is no room for it at all
     */
    synchronized List<String> put(StoredAnswer answer) {
        remove(answer.name());
        if (answer.bytes() > maxBytes) {
            return List.of(answer.name());
        }
        Kept fresh = new Kept(answer, numbers++, passed);
        kept.put(answer.name(), fresh);
        bytes += answer.bytes();
        rank(fresh);
        answer.question().ifPresent(question -> partitions
                .computeIfAbsent(
                        place(question.partition(), question.embedding()),
                        name -> new Partition<>(question.embedding().dimensions()))
                .put(answer.name(), question.embedding()));
        List<String> gone = new ArrayList<>();
        while (bytes > maxBytes) {
            Kept least = least();
            passed = least.value;
            remove(least.answer.name());
            gone.add(least.answer.name());
        }
        return gone;
    }

    /** Takes one out; whether it was there. */
    synchronized boolean remove(String name) {
        Kept found = kept.remove(name);
        if (found == null) {
            return false;
        }
        worst.remove(found);
        bytes -= found.answer.bytes();
        found.answer.question().ifPresent(question -> {
            String place = place(question.partition(), question.embedding());
            Partition<String> partition = partitions.get(place);
            if (partition != null && partition.remove(name) && partition.size() == 0) {
                partitions.remove(place);
            }
        });
        return true;
    }

    /** The names of those that are meant. */
    synchronized List<String> names(Predicate<StoredAnswer> meant) {
        return kept.values().stream()
                .map(each -> each.answer)
                .filter(meant)
                .map(StoredAnswer::name)
                .toList();
    }

    /** How many there are. */
    synchronized int size() {
        return kept.size();
    }

    /** What they take of the heap, in bytes, about. */
    synchronized long bytes() {
        return bytes;
    }
}
