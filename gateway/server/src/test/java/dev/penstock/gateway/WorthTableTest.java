package dev.penstock.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Worth;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.SecretResolver;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WorthTableTest {
    private final WorthTable table = new WorthTable(ConfigLoader.with(SecretResolver.of(Map.of()))
            .parse("gateway.yaml", """
                    routing:
                      worth: {dollars-per-second: 0.1, dollars-per-quality: 1}
                      model-worth:
                        big: {dollars-per-second: 0.2}
                        best: {dollars-per-quality: 2}
                    auth:
                      mode: keys
                      keys:
                        - {id: a, hash: "sha256:%1$s", worth: {dollars-per-second: 0.9}}
                        - {id: b, hash: "sha256:%2$s"}
                    """.formatted("aa".repeat(32), "bb".repeat(32)), Path.of("/"), GatewayConfig.class)
            .orThrow());

    @ParameterizedTest
    @CsvSource({
        "b, other, 0.1, 1", "b, big, 0.2, 1", "b, best, 0.1, 2",
        "a, other, 0.9, 1", "a, big, 0.9, 1", "a, best, 0.9, 2",
    })
    void theKeyGoesBeforeTheModelAndTheModelBeforeAll(String key, String model, double second, double quality) {
        assertEquals(new Worth(second, quality), table.of(new Principal(key), new ModelId(model)));
    }
}
