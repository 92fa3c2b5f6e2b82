package dev.penstock.runtime.telemetry;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.config.MeterFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Bounds the values of every label: once a label of a meter has had so many, all further ones become {@code other}.
 *
 * <p>Labels come from tables of our own (models, workers, outcomes), never from what a user sent; this is the net below
 * that rule, so that a mistake costs a little detail and not the memory of the process and of whoever scrapes it.
 */
final class CardinalityLimit implements MeterFilter {
    static final String OTHER = "other";

    private final int maxValues;
    private final Map<String, Set<String>> seen = new ConcurrentHashMap<>();

    CardinalityLimit(int maxValues) {
        if (maxValues < 1) {
            throw new IllegalArgumentException("maxValues: " + maxValues + " (expected: >= 1)");
        }
        this.maxValues = maxValues;
    }

    @Override
    public Meter.Id map(Meter.Id id) {
        List<Tag> tags = id.getTags();
        List<Tag> bounded = new ArrayList<>(tags.size());
        for (Tag tag : tags) {
            bounded.add(admits(id.getName(), tag) ? tag : Tag.of(tag.getKey(), OTHER));
        }
        return bounded.equals(tags) ? id : id.replaceTags(bounded);
    }

    private boolean admits(String meter, Tag tag) {
        Set<String> values = seen.computeIfAbsent(meter + ' ' + tag.getKey(), key -> ConcurrentHashMap.newKeySet());
        if (values.contains(tag.getValue())) {
            return true;
        }
        synchronized (values) {
            return values.size() < maxValues ? values.add(tag.getValue()) : values.contains(tag.getValue());
        }
    }
}
