package dev.penstock.deploy;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.ConfigResult;
import dev.penstock.runtime.config.SecretResolver;
import dev.penstock.worker.config.WorkerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every piece of configuration that the documents show is accepted as it stands, in a file that serves what it speaks of. */
final class DocumentedConfigurationTest {
    private static final Path ROOT = Path.of(System.getProperty("penstock.root", ".."));
    private static final List<String> DOCUMENTS =
            List.of("README.md", "docs/routing.md", "docs/placement.md", "docs/usage.md");
    private static final String SERVED = """
            upstreams:
              - id: vllm-1
                url: http://10.0.0.7:8000/v1
                models: [{name: llama-8b}, {name: llama-8b-next}, {name: llama-70b}, {name: batch-model}]
            """;

    @TempDir
    private Path directory;

    private final ConfigLoader loader = ConfigLoader.with(SecretResolver.of(Map.of(
            "VLLM_KEY",
            "k",
            "REGION_KEY",
            "k",
            "PENSTOCK_DB_PASSWORD",
            "p",
            "PENSTOCK_WEBHOOK_SECRET",
            "w",
            "PENSTOCK_CLUSTER_SECRET",
            "a secret of more than 32 characters, for a cluster")));

    /** A block and where it stands. */
    private record Shown(String where, String yaml) {
        boolean ofAWorker() {
            return yaml.startsWith("# worker.yaml") || yaml.contains("\nsidecar:");
        }

        @Override
        public String toString() {
            return where;
        }
    }

    static List<Shown> shown() throws IOException {
        List<Shown> all = new ArrayList<>();
        for (String document : DOCUMENTS) {
            List<String> lines = Files.readAllLines(ROOT.resolve(document));
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).strip().equals("```yaml")) {
                    int from = i + 1;
                    while (!lines.get(++i).strip().equals("```")) {}
                    all.add(new Shown(document + ":" + from, String.join("\n", lines.subList(from, i)) + "\n"));
                }
            }
        }
        assertTrue(all.size() >= 10, "blocks of YAML: " + all.size());
        return all;
    }

    @ParameterizedTest
    @MethodSource("shown")
    void isAccepted(Shown shown) {
        String yaml = shown.yaml().replace("sha256:...", "sha256:" + "0".repeat(64));
        boolean serves = Stream.of("upstreams:", "cluster:").anyMatch(key -> yaml.contains("\n" + key))
                || yaml.startsWith("upstreams:");
        ConfigResult<?> result = shown.ofAWorker()
                ? loader.parse("worker.yaml", yaml, directory, WorkerConfig.class)
                : loader.parse("gateway.yaml", serves ? yaml : yaml + SERVED, directory, GatewayConfig.class);
        assertInstanceOf(ConfigResult.Loaded.class, result, () -> shown + " " + result);
        assertFalse(yaml.isBlank());
    }
}
