package dev.penstock.loadtest.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** LiteLLM's proxy, on Python: a process a core. */
final class LiteLlm implements Peer {
    @Override
    public String name() {
        return "litellm";
    }

    @Override
    public PeerLaunch prepare(PeerSetup setup) throws IOException {
        // JSON is YAML, and quotes what a model's name may hold.
        Path config = setup.directory().resolve("litellm.yaml");
        Files.writeString(config, PeerJson.of(configuration(setup)));
        return new PeerLaunch(
                List.of(
                        setup.program(this, "bin/litellm"),
                        "--config",
                        config.toString(),
                        "--host",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(setup.port()),
                        "--num_workers",
                        Integer.toString(setup.workers()),
                        "--telemetry",
                        "False"),
                Map.of("LITELLM_LOCAL_MODEL_COST_MAP", "True", "LITELLM_MODE", "PRODUCTION", "LITELLM_LOG", "ERROR"),
                List.of(config),
                setup.url(""),
                Map.of(),
                setup.model(),
                setup.url("/health/readiness"));
    }

    private static Map<String, Object> configuration(PeerSetup setup) {
        return Map.of(
                "model_list",
                List.of(Map.of(
                        "model_name",
                        setup.model(),
                        "litellm_params",
                        Map.of(
                                "model", "openai/" + setup.model(),
                                "api_base", setup.upstream() + "/v1",
                                "api_key", "none"))));
    }
}
