package dev.penstock.routing.learning;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A map of bounded size: who was not asked for the longest makes room. Thread safe: cut into stripes with a lock each, which
 * is held for a look-up and no longer.
 */
final class RecentlyUsed<K, V> {
    private static final int STRIPES = 16;

    private final List<Stripe<K, V>> stripes = new ArrayList<>(STRIPES);

    private static final class Stripe<K, V> extends LinkedHashMap<K, V> {
        private static final long serialVersionUID = 1;
        private final int most;

        Stripe(int most) {
            super(16, 0.75f, true);
            this.most = most;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
            return size() > most;
        }
    }

    /**
     * An empty map.
     *
     * @param most entries, at least 1; rounded up to a multiple of 16
     */
    RecentlyUsed(int most) {
        for (int i = 0; i < STRIPES; i++) {
            stripes.add(new Stripe<>((most + STRIPES - 1) / STRIPES));
        }
    }

    @Nullable
    V get(K key) {
        Stripe<K, V> stripe = stripe(key);
        synchronized (stripe) {
            return stripe.get(key);
        }
    }

    V get(K key, Function<K, V> make) {
        Stripe<K, V> stripe = stripe(key);
        synchronized (stripe) {
            return stripe.computeIfAbsent(key, make);
        }
    }

    int size() {
        int size = 0;
        for (Stripe<K, V> stripe : stripes) {
            synchronized (stripe) {
                size += stripe.size();
            }
        }
        return size;
    }

    private Stripe<K, V> stripe(K key) {
        int hash = key.hashCode() * 0x9E3779B9; // the high bits of a product depend on all of the low ones
        return stripes.get(hash >>> 28);
    }
}
