package dev.penstock.cache.index;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;

/**
 * Questions among which one may be found by another: no lookup sees beyond its partition, since there is nothing else in it.
 * A few are compared one by one; of many, those that differ in the fewest signs: one pass over
 * six words of each, of 384 dimensions.
 *
 * <p>Thread safe: lookups run beside each other.
 *
 * @param <T> what is found; each is in it once, by {@link Object#equals}
 */
public final class Partition<T> {
    /** Up to so many are all compared. */
    private static final int ALL = 512;
    /** So many are compared by their signs before any is looked at. */
    private static final int BLOCK = 128;
    /** So many at once, in less than 0.1 ms; whoever waits for the lock has it then. */
    private static final int STRETCH = 128 * BLOCK;

    /** Words of signs that are compared at once: those of 384 dimensions. */
    private static final int SIX = 6;

    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    // Guarded by `lock`.
    private final int words;
    private final int dimensions;
    private final Map<T, Integer> slots = new HashMap<>();
    private final List<T> items = new ArrayList<>();
    private Embedding[] embeddings = new Embedding[2]; // most questions are alone in their partitions
    /** The signs, six words of each in one array as long as there are six more, then one word of each. */
    private final long[][] planes;

    /**
     * One that was found.
     *
     * @param cosine of its embedding with that which was asked for
     */
    public record Neighbour<T>(T item, double cosine) {}

    /** An empty one, of embeddings of so many dimensions. */
    public Partition(int dimensions) {
        this.dimensions = dimensions;
        this.words = (dimensions + Long.SIZE - 1) / Long.SIZE;
        this.planes = new long[words / SIX + words % SIX][];
        for (int plane = 0; plane < planes.length; plane++) {
            planes[plane] = new long[embeddings.length * width(plane)];
        }
    }

    private int width(int plane) {
        return plane < words / SIX ? SIX : 1;
    }

    /** The first word that is in it. */
    private int first(int plane) {
        return width(plane) == SIX ? SIX * plane : plane + (words / SIX) * (SIX - 1);
    }

    /** Puts it in; one that is there already has the other embedding from now on. */
    public void put(T item, Embedding embedding) {
        require(embedding);
        lock.writeLock().lock();
        try {
            Integer known = slots.get(item);
            int slot = known == null ? items.size() : known;
            if (known == null) {
                grow(slot + 1);
                items.add(item);
                slots.put(item, slot);
            }
            set(slot, embedding);
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void require(Embedding embedding) {
        if (embedding.dimensions() != dimensions) {
            throw new IllegalArgumentException(
                    "embedding: " + embedding.dimensions() + " dimensions (expected: " + dimensions + ")");
        }
    }

    private void grow(int size) {
        if (size > embeddings.length) {
            int larger = embeddings.length + Math.max(16, embeddings.length / 2);
            embeddings = Arrays.copyOf(embeddings, larger);
            for (int plane = 0; plane < planes.length; plane++) {
                planes[plane] = Arrays.copyOf(planes[plane], larger * width(plane));
            }
        }
    }

    private void set(int slot, Embedding embedding) {
        embeddings[slot] = embedding;
        for (int plane = 0; plane < planes.length; plane++) {
            int width = width(plane);
            System.arraycopy(embedding.signs, first(plane), planes[plane], slot * width, width);
        }
    }

    /** Takes it out; whether it was there. */
    public boolean remove(T item) {
        lock.writeLock().lock();
        try {
            Integer slot = slots.remove(item);
            if (slot == null) {
                return false;
            }
            int last = items.size() - 1;
            T moved = items.remove(last);
            if (slot != last) {
                items.set(slot, moved);
                slots.put(moved, slot);
                set(slot, embeddings[last]);
            }
            embeddings[last] = embeddings[0]; // no longer holds what was removed
            return true;
        } finally {
            lock.writeLock().unlock();
        }
    }

    /**
     * The nearest, nearest first. Whoever puts in or takes out waits for a stretch of the lookup, and not for all of it: what
     * comes meanwhile, or moves to another place as something goes, may be missed.
     *
     * @param most how many, at least 1
     */
    public List<Neighbour<T>> nearest(Embedding to, int most) {
        require(to);
        Optional<Candidates> candidates = candidates(to.signs);
        int[] unpacked = to.unpacked();
        PriorityQueue<Neighbour<T>> nearest =
                new PriorityQueue<>(most + 1, Comparator.comparingDouble(Neighbour::cosine));
        lock.readLock().lock();
        try {
            int size = items.size();
            IntStream slots = candidates.map(Candidates::slots).orElseGet(() -> IntStream.range(0, size));
            slots.filter(slot -> slot < size)
                    .forEach(
                            slot -> offer(nearest, most, items.get(slot), embeddings[slot].cosine(unpacked, to.scale)));
        } finally {
            lock.readLock().unlock();
        }
        List<Neighbour<T>> found = new ArrayList<>(nearest);
        found.sort(
                Comparator.comparingDouble((Neighbour<T> one) -> one.cosine()).reversed());
        return found;
    }

    private static <T> void offer(PriorityQueue<Neighbour<T>> nearest, int most, T item, double cosine) {
        Neighbour<T> least = nearest.peek();
        if (nearest.size() < most) {
            nearest.add(new Neighbour<>(item, cosine));
        } else if (least != null && least.cosine() < cosine) {
            nearest.poll();
            nearest.add(new Neighbour<>(item, cosine));
        }
    }

    /** Empty where there are so few that all are compared. */
    private Optional<Candidates> candidates(long[] to) {
        int size = size();
        if (size <= ALL) {
            return Optional.empty();
        }
        Candidates candidates = new Candidates(dimensions);
        int[] differences = new int[BLOCK];
        for (int from = 0; from < size; from += STRETCH) {
            lock.readLock().lock();
            try {
                offer(candidates, from, Math.min(from + STRETCH, items.size()), to, differences);
            } finally {
                lock.readLock().unlock();
            }
        }
        return Optional.of(candidates);
    }

    private void offer(Candidates candidates, int first, int end, long[] to, int[] differences) {
        int bound = candidates.bound();
        for (int from = first; from < end; from += BLOCK) {
            int block = Math.min(BLOCK, end - from);
            compare(from, block, to, differences);
            if (least(differences) < bound) {
                for (int i = 0; i < block; i++) {
                    if (differences[i] < bound) {
                        bound = candidates.offer(from + i, differences[i]);
                    }
                }
            }
        }
    }

    /** How many signs differ of each in a block. */
    private void compare(int from, int block, long[] to, int[] differences) {
        Arrays.fill(differences, block, BLOCK, Integer.MAX_VALUE);
        Arrays.fill(differences, 0, block, 0);
        for (int plane = 0; plane < planes.length; plane++) {
            if (width(plane) == SIX) {
                addSix(planes[plane], from, block, to, SIX * plane, differences);
            } else {
                addOne(planes[plane], from, block, to[first(plane)], differences);
            }
        }
    }

    /** With a constant number of words a step the JVM leaves out the checks of bounds: twice as fast. */
    private static void addSix(long[] plane, int from, int block, long[] to, int word, int[] differences) {
        long a = to[word];
        long b = to[word + 1];
        long c = to[word + 2];
        long d = to[word + 3];
        long e = to[word + 4];
        long f = to[word + 5];
        for (int i = 0; i < block; i++) {
            int at = (from + i) * SIX;
            differences[i] += Long.bitCount(plane[at] ^ a)
                    + Long.bitCount(plane[at + 1] ^ b)
                    + Long.bitCount(plane[at + 2] ^ c)
                    + Long.bitCount(plane[at + 3] ^ d)
                    + Long.bitCount(plane[at + 4] ^ e)
                    + Long.bitCount(plane[at + 5] ^ f);
        }
    }

    private static void addOne(long[] plane, int from, int block, long to, int[] differences) {
        for (int i = 0; i < block; i++) {
            differences[i] += Long.bitCount(plane[from + i] ^ to);
        }
    }

    private static int least(int[] differences) {
        int least = Integer.MAX_VALUE;
        for (int each : differences) {
            least = Math.min(least, each);
        }
        return least;
    }

    /** How many are in it. */
    public int size() {
        lock.readLock().lock();
        try {
            return items.size();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** What it takes of the heap beside what it is of, in bytes, about. */
    public long bytes() {
        lock.readLock().lock();
        try {
            if (items.isEmpty()) {
                return 0;
            }
            long each = 8 + 48 + 4 + 8L * words; // references, an entry of the map, signs
            return items.size() * (each + embeddings[0].bytes()); // all have as many dimensions
        } finally {
            lock.readLock().unlock();
        }
    }
}
