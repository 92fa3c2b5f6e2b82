package dev.penstock.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0B",
        "512, 512, 512B",
        "512B, 512, 512B",
        "16KiB, 16384, 16KiB",
        "16 MiB, 16777216, 16MiB",
        "1024MiB, 1073741824, 1GiB",
        "1025KiB, 1049600, 1025KiB",
        "2TiB, 2199023255552, 2TiB"
    })
    void sizes(String text, long bytes, String printed) {
        assertEquals(bytes, ByteSize.parse(text).bytes());
        assertEquals(printed, ByteSize.parse(text).toString());
        assertEquals(ByteSize.parse(text), ByteSize.parse(printed));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5KiB", "16MB", "16mib", "KiB", "99999999999TiB", "1KiB "})
    void sizesThatAreNone(String text) {
        assertThrows(IllegalArgumentException.class, () -> ByteSize.parse(text));
    }

    @ParameterizedTest
    @CsvSource({
        "0, PT0S, 0s",
        "250ms, PT0.25S, 250ms",
        "1500us, PT0.0015S, 1500us",
        "20s, PT20S, 20s",
        "90s, PT90S, 90s",
        "120s, PT2M, 2m",
        "5m, PT5M, 5m",
        "12h, PT12H, 12h",
        "24h, PT24H, 1d"
    })
    void durations(String text, Duration duration, String printed) {
        assertEquals(duration, Durations.parse(text));
        assertEquals(printed, Durations.format(duration));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "-1s", "1.5s", "s", "1 minute", "PT5M", "9999999999999s"})
    void durationsThatAreNone(String text) {
        assertThrows(IllegalArgumentException.class, () -> Durations.parse(text));
    }

    @Test
    void aSecretPrintsItsReference() {
        Secret secret = Secret.of("env:TOKEN", "sk-canary");
        assertEquals("env:TOKEN", secret.toString());
        assertTrue(secret.matches("sk-canary"));
        assertFalse(secret.matches("sk-canarz"));
        assertFalse(secret.matches("sk-canary "));
        assertEquals(secret, Secret.of("env:TOKEN", "sk-canary"));
        assertNotEquals(secret, Secret.of("env:TOKEN", "sk-other"));
        assertThrows(IllegalArgumentException.class, () -> Secret.of("env:TOKEN", ""));
    }

    @ParameterizedTest
    @CsvSource({
        "lisener, listener",
        "LISTENER, listener",
        "listner, listener",
        "prot, port",
        "max-conections, max-connections",
        "penstock-smoll, penstock-small"
    })
    void nearNames(String typed, String meant) {
        List<String> known = List.of("listener", "port", "max-connections", "penstock-small", "penstock-large", "tls");
        assertEquals(meant, NearestName.of(typed, known, 3).getFirst());
    }

    @Test
    void farNamesAreNotOffered() {
        assertEquals(List.of(), NearestName.of("zebra", List.of("listener", "port"), 3));
        assertEquals(List.of(), NearestName.of("", List.of("a"), 3));
        assertEquals(List.of(), NearestName.of("x".repeat(1000), List.of("x"), 3));
        assertEquals(List.of("gpt-4o", "gpt-4o-mini"), NearestName.of("gpt-4", List.of("gpt-4o-mini", "gpt-4o"), 2));
    }
}
