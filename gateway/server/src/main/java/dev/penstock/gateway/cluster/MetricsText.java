package dev.penstock.gateway.cluster;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Finds gauges in the Prometheus text format: the lines of these names, whatever their labels. What is not well formed is
 * passed over, line by line; so are values that are negative or no numbers.
 *
 * <p>Source: Prometheus, exposition formats, text format 0.0.4.
 */
final class MetricsText {
    private final byte[] text;
    private final List<byte[]> names;
    private final double[] sums;
    private final double[] most;
    private int at;

    private MetricsText(byte[] text, List<String> names) {
        this.text = text;
        this.names = names.stream()
                .map(name -> name.getBytes(StandardCharsets.US_ASCII))
                .toList();
        this.sums = new double[names.size()];
        this.most = new double[names.size()];
        java.util.Arrays.fill(sums, Double.NaN);
        java.util.Arrays.fill(most, Double.NaN);
    }

    /**
     * What was found.
     *
     * @param sums of the values of each name, NaN where it was not found
     * @param most the greatest of them
     */
    @SuppressWarnings("ArrayRecordComponent") // read once
    record Found(double[] sums, double[] most) {}

    static Found read(byte[] text, List<String> names) {
        MetricsText reader = new MetricsText(text, names);
        while (reader.at < text.length) {
            reader.line();
        }
        return new Found(reader.sums, reader.most);
    }

    private void line() {
        int end = at;
        while (end < text.length && text[end] != '\n') {
            end++;
        }
        for (int i = 0; i < sums.length; i++) {
            int value = afterName(names.get(i), end);
            if (value >= 0) {
                add(i, number(value, end));
                break;
            }
        }
        at = end + 1;
    }

    private void add(int i, double value) {
        if (value >= 0 && value < Double.POSITIVE_INFINITY) {
            sums[i] = Double.isNaN(sums[i]) ? value : sums[i] + value;
            most[i] = Double.isNaN(most[i]) ? value : Math.max(most[i], value);
        }
    }

    /** Where the value begins in a line of that name; -1 in any other line. */
    private int afterName(byte[] name, int end) {
        int i = at;
        for (byte each : name) {
            if (i >= end || text[i++] != each) {
                return -1;
            }
        }
        if (i < end && text[i] == '{') {
            i = afterLabels(i + 1, end);
        }
        return i >= 0 && i < end && (text[i] == ' ' || text[i] == '\t') ? i : -1;
    }

    /** After the brace that closes the labels, which may be quoted in a label's value; -1 where none does. */
    private int afterLabels(int from, int end) {
        boolean quoted = false;
        for (int i = from; i < end; i++) {
            switch (text[i]) {
                case '\\' -> i += quoted ? 1 : 0;
                case '"' -> quoted = !quoted;
                case '}' -> {
                    if (!quoted) {
                        return i + 1;
                    }
                }
                default -> {}
            }
        }
        return -1;
    }

    /** The first word, behind which a timestamp may stand. */
    private double number(int from, int end) {
        int start = from;
        while (start < end && text[start] <= ' ') {
            start++;
        }
        int stop = start;
        while (stop < end && text[stop] > ' ') {
            stop++;
        }
        if (stop == start || stop - start > 32) {
            return Double.NaN;
        }
        try {
            return Double.parseDouble(new String(text, start, stop - start, StandardCharsets.ISO_8859_1));
        } catch (NumberFormatException e) {
            return Double.NaN; // +Inf is written otherwise than in Java, and is none that is wanted
        }
    }
}
