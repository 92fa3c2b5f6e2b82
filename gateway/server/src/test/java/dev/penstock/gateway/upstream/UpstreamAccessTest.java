package dev.penstock.gateway.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.penstock.runtime.net.ClientTls;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UpstreamAccessTest {
    private static final UpstreamAccess ACCESS = new UpstreamAccess(
            URI.create("https://api.example/v1"),
            Map.of("authorization", "Bearer s3cret"),
            ClientTls.system(),
            Map.of(),
            false);

    @ParameterizedTest
    @CsvSource({
        "https://api.example, true",
        "https://API.example:443/x, true",
        "https://api.example:8443, false",
        "http://api.example, false",
        "http://api.example:443, false",
        "https://api.example.evil, false",
        "https://evil, false"
    })
    void aCredentialGoesToItsOwnOriginOnly(URI endpoint, boolean shown) {
        assertEquals(shown, !ACCESS.headersFor(endpoint).isEmpty());
    }

    @Test
    void aCredentialIsNotPrinted() {
        assertFalse(ACCESS.toString().contains("s3cret"));
    }
}
