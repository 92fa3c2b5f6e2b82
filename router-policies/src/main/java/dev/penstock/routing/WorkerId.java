package dev.penstock.routing;

import java.util.regex.Pattern;

/**
 * Names a worker across the whole pool.
 *
 * @param value 1 to 128 characters of {@code [A-Za-z0-9._:/-]}; it appears in headers, logs and metrics
 */
public record WorkerId(String value) implements Comparable<WorkerId> {
    private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9._:/-]{1,128}");

    public WorkerId {
        if (!ALLOWED.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "worker id: \"" + value + "\" (expected: 1 to 128 characters of [A-Za-z0-9._:/-])");
        }
    }

    @Override
    public int compareTo(WorkerId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
