package dev.penstock.gateway.pipeline;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The Penstocks that a request has come through, this one last: told on in {@link #HEADER}, so that none meets its own
 * request again.
 *
 * @param instances as each calls itself, at most {@link #MAX}
 */
public record Hops(List<String> instances) {
    /** Where it stands on the wire: instances in the order they were met, separated by commas. */
    public static final String HEADER = "x-penstock-via";

    /** More is a loop, whoever is in it. */
    public static final int MAX = 8;

    /** Of a request that nobody was told about. */
    public static final Hops NONE = new Hops(List.of());

    private static final Pattern INSTANCE = Pattern.compile("[A-Za-z0-9-]{1,64}");
    private static final int MAX_CHARS = MAX * 66;

    public Hops {
        instances = List.copyOf(instances);
    }

    /** What a header tells; empty where it is not well formed, or names more than {@link #MAX}. */
    public static Optional<Hops> parse(String header) {
        if (header.length() > MAX_CHARS) {
            return Optional.empty();
        }
        List<String> instances =
                Arrays.stream(header.split(",", -1)).map(String::strip).toList();
        boolean sound = instances.size() <= MAX && instances.stream().allMatch(INSTANCE.asMatchPredicate());
        return sound ? Optional.of(new Hops(instances)) : Optional.empty();
    }

    /** Whether the request has been there. */
    public boolean met(String instance) {
        return instances.contains(instance);
    }

    /** These and then those. */
    public Hops then(Hops further) {
        List<String> all = new ArrayList<>(instances);
        all.addAll(further.instances);
        return new Hops(all);
    }

    /** Whether another Penstock sent it here. */
    public boolean relayed() {
        return instances.size() > 1;
    }

    /** As it stands in the header. */
    public String text() {
        return String.join(", ", instances);
    }
}
