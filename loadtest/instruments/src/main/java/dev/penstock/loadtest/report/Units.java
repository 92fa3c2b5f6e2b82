package dev.penstock.loadtest.report;

import java.util.Locale;

/** Quantities as people read them: three significant digits and the unit that fits. */
public final class Units {
    private static final double THOUSAND = 1000;

    private Units() {}

    /** A time in ns, such as {@code 850 ns}, {@code 12.3 µs}, {@code 1.53 ms} or {@code 75.2 s}; {@code 0} needs no unit. */
    public static String duration(double nanos) {
        if (!Double.isFinite(nanos)) {
            return "-";
        }
        double size = Math.abs(nanos);
        if (size == 0) {
            return "0";
        }
        if (size < THOUSAND) {
            return digits(nanos) + " ns";
        }
        if (size < 1e6) {
            return digits(nanos / 1e3) + " µs";
        }
        return size < 1e9 ? digits(nanos / 1e6) + " ms" : digits(nanos / 1e9) + " s";
    }

    /** A time in ns, which a report need not tell exactly. */
    public static String duration(long nanos) {
        return duration((double) nanos);
    }

    /** A whole number, its thousands apart. */
    public static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** Events per second, without a unit: whole from a hundred up, three digits below. */
    public static String rate(double perSecond) {
        return Math.abs(perSecond) >= 100 ? count(Math.round(perSecond)) : digits(perSecond);
    }

    /** Bytes, in powers of 1024. */
    public static String bytes(double bytes) {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        double value = bytes;
        int unit = 0;
        while (Math.abs(value) >= 1024 && unit < units.length - 1) {
            value /= 1024;
            unit++;
        }
        return digits(value) + " " + units[unit];
    }

    /** A ratio, such as {@code 1.04x}. */
    public static String ratio(double ratio) {
        return Double.isFinite(ratio) ? String.format(Locale.ROOT, "%.2fx", ratio) : "-";
    }

    /** A share from 0 to 1, such as {@code 0.05 %}; never rounded to all or nothing. */
    public static String percent(double share) {
        if (share == 0 || share == 1 || !Double.isFinite(share)) {
            return share == 1 ? "100 %" : share == 0 ? "0 %" : "-";
        }
        return String.format(Locale.ROOT, "%.4f", share * 100).replaceFirst("0{1,2}$", "") + " %";
    }

    /** Three significant digits, and no more than are there. */
    public static String digits(double value) {
        if (!Double.isFinite(value)) {
            return "-";
        }
        double size = Math.abs(value);
        int places = size >= 99.95 || value == Math.rint(value) ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
        return String.format(Locale.ROOT, "%,." + places + "f", value);
    }
}
