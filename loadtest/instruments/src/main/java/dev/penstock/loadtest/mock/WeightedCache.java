package dev.penstock.loadtest.mock;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongBiFunction;

/**
 * What was asked for last, up to a number of bytes; of one event loop.
 *
 * @param <K> what is asked for
 * @param <V> what is made of it
 */
final class WeightedCache<K, V> {
    private final long maxBytes;
    private final ToLongBiFunction<K, V> weight;
    private final Map<K, V> entries = new LinkedHashMap<>(256, 0.75f, true);
    private long bytes;

    /**
     * An empty cache.
     *
     * @param weight of an entry in bytes, the same each time
     */
    WeightedCache(long maxBytes, ToLongBiFunction<K, V> weight) {
        this.maxBytes = maxBytes;
        this.weight = weight;
    }

    long bytes() {
        return bytes;
    }

    /** What was made of it, or is now; nothing is kept of what throws, nor of what would push out a quarter of the rest. */
    V get(K key, Function<K, V> make) {
        V known = entries.get(key);
        if (known != null) {
            return known;
        }
        V made = make.apply(key);
        long added = weight.applyAsLong(key, made);
        if (added <= maxBytes / 4) {
            entries.put(key, made);
            bytes += added;
            evict();
        }
        return made;
    }

    private void evict() {
        Iterator<Map.Entry<K, V>> eldest = entries.entrySet().iterator();
        while (bytes > maxBytes) {
            Map.Entry<K, V> entry = eldest.next();
            bytes -= weight.applyAsLong(entry.getKey(), entry.getValue());
            eldest.remove();
        }
    }
}
