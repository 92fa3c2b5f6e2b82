package dev.penstock.gateway.http;

import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code traceparent} of a request of ours: the trace of the client's if it has a sound one, and a span of our own.
 *
 * <p>Source: W3C Trace Context, section 3.2.
 */
final class TraceParent {
    private static final Pattern VERSION_0 =
            Pattern.compile("00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})");
    private static final HexFormat HEX = HexFormat.of();

    private TraceParent() {}

    static String continued(Optional<String> header, RandomGenerator random) {
        Matcher sound = VERSION_0.matcher(header.orElse(""));
        return sound.matches()
                ? "00-" + sound.group(1) + "-" + hex(random) + "-" + sound.group(2)
                : "00-" + hex(random) + hex(random) + "-" + hex(random) + "-00";
    }

    private static String hex(RandomGenerator random) {
        return HEX.toHexDigits(random.nextLong() | 1); // never all zeros
    }
}
