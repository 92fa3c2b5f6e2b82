package dev.penstock.cache.index;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Questions among which one may be found by another: no lookup sees beyond its partition, since there is nothing else in it.
 * A few are compared one by one; of many, those that differ in the fewest signs, which costs six words each.
 *
 * <p>Thread safe: lookups run beside each other.
 *
 * @param <T> what is found; each is in it once, by {@link Object#equals}
 */
public final class Partition<T> {
    /** Up to so many are all compared. */
    private static final int ALL = 512;
    /** So many of the nearest by their signs are compared; a true neighbour of a cosine above 0.6 is among them. */
    private static final int CANDIDATES = 128;

    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    // Guarded by `lock`.
    private final int words;
    private final int dimensions;
    private final Map<T, Integer> slots = new HashMap<>();
    private final List<T> items = new ArrayList<>();
    private Embedding[] embeddings = new Embedding[16];
    private long[] signs;

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
        this.signs = new long[embeddings.length * words];
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
            signs = Arrays.copyOf(signs, larger * words);
        }
    }

    private void set(int slot, Embedding embedding) {
        embeddings[slot] = embedding;
        System.arraycopy(embedding.signs, 0, signs, slot * words, words);
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
     * The nearest, nearest first.
     *
     * @param most how many, at least 1
     */
    public List<Neighbour<T>> nearest(Embedding to, int most) {
        require(to);
        lock.readLock().lock();
        try {
            int size = items.size();
            int furthest = size <= ALL ? Integer.MAX_VALUE : furthest(to, size);
            PriorityQueue<Neighbour<T>> nearest =
                    new PriorityQueue<>(most + 1, Comparator.comparingDouble(Neighbour::cosine));
            for (int slot = 0; slot < size; slot++) {
                if (furthest == Integer.MAX_VALUE || differing(to, slot) <= furthest) {
                    offer(nearest, most, items.get(slot), embeddings[slot].cosine(to));
                }
            }
            List<Neighbour<T>> found = new ArrayList<>(nearest);
            found.sort(Comparator.comparingDouble((Neighbour<T> one) -> one.cosine())
                    .reversed());
            return found;
        } finally {
            lock.readLock().unlock();
        }
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

    /** So many signs may differ of those that are compared: as few as leave enough of them. */
    private int furthest(Embedding to, int size) {
        int[] counts = new int[dimensions + 1];
        for (int slot = 0; slot < size; slot++) {
            counts[differing(to, slot)]++;
        }
        int candidates = 0;
        for (int differing = 0; differing <= dimensions; differing++) {
            candidates += counts[differing];
            if (candidates >= CANDIDATES) {
                return differing;
            }
        }
        return dimensions;
    }

    private int differing(Embedding to, int slot) {
        int differing = 0;
        int from = slot * words;
        for (int i = 0; i < words; i++) {
            differing += Long.bitCount(signs[from + i] ^ to.signs[i]);
        }
        return differing;
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
            long each = 8 + 48 + 4 + 8L * words; // references, an entry of the map, signs
            return items.size() * each
                    + Arrays.stream(embeddings, 0, items.size())
                            .mapToLong(Embedding::bytes)
                            .sum();
        } finally {
            lock.readLock().unlock();
        }
    }
}
