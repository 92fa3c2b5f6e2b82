package dev.penstock.loadtest.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** LiteLLM's proxy, on Python: a process a core. */
final class LiteLlm implements Peer {
    private static final Map<String, String> ENVIRONMENT = Map.of(
            // Without a key of its own it refuses to start; none of the others checks one, so neither does this.
            "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY",
            "true",
            // Else it fetches each of these from GitHub or its site, and waits for them where it cannot.
            "LITELLM_LOCAL_MODEL_COST_MAP",
            "True",
            "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS",
            "True",
            "LITELLM_LOCAL_BLOG_POSTS",
            "True",
            "LITELLM_LOCAL_POLICY_TEMPLATES",
            "True",
            "LITELLM_LOCAL_AUTOROUTER_PRESETS",
            "True",
            "LITELLM_MODE",
            "PRODUCTION",
            "LITELLM_LOG",
            "ERROR");

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
                setup.python(
                        this,
                        "bin/litellm",
                        "--config",
                        config.toString(),
                        "--host",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(setup.port()),
                        "--num_workers",
                        Integer.toString(setup.workers()),
                        // Its supervisor ends workers that do not answer it in 5 s, as on a busy machine none does
                        // while
                        // it starts, and so never serves there.
                        "--timeout_worker_healthcheck",
                        "300",
                        "--telemetry",
                        "False"),
                ENVIRONMENT,
                List.of(config),
                setup.url(""),
                Map.of(),
                setup.model(),
                setup.url("/health/readiness"));
    }

    private static Map<String, Object> configuration(PeerSetup setup) {
        Map<String, Object> upstream =
                Map.of("model", "openai/" + setup.model(), "api_base", setup.upstream() + "/v1", "api_key", "none");
        return Map.of("model_list", List.of(Map.of("model_name", setup.model(), "litellm_params", upstream)));
    }
}
