package dev.penstock.loadtest.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Bifrost's HTTP gateway, in Go: threads on all cores. The upstream is a provider of its own, which requests name. */
final class Bifrost implements Peer {
    private static final String PROVIDER = "upstream";

    @Override
    public String name() {
        return "bifrost";
    }

    @Override
    public PeerLaunch prepare(PeerSetup setup) throws IOException {
        Path prices = setup.directory().resolve("prices.json");
        Path config = setup.directory().resolve("config.json");
        Files.writeString(prices, PeerJson.of(Map.of()));
        Files.writeString(config, PeerJson.of(configuration(setup, prices)));
        return new PeerLaunch(
                List.of(
                        setup.program(this, "bin/bifrost-http"),
                        "-host",
                        "127.0.0.1",
                        "-port",
                        Integer.toString(setup.port()),
                        "-app-dir",
                        setup.directory().toString(),
                        "-log-level",
                        "warn"),
                Map.of(),
                List.of(prices, config),
                setup.url(""),
                Map.of(),
                PROVIDER + "/" + setup.model(),
                setup.url("/health"));
    }

    private static Map<String, Object> configuration(PeerSetup setup, Path prices) {
        return Map.of(
                "client", Map.of("enable_logging", false, "drop_excess_requests", false),
                "config_store", Map.of("enabled", false),
                "logs_store", Map.of("enabled", false),
                // It fetches prices from its makers at start, and ends where it cannot; an empty list will do.
                "framework",
                        Map.of(
                                "pricing",
                                Map.of(
                                        "pricing_url", "file://" + prices,
                                        "model_parameters_url", "file://" + prices)),
                "providers", Map.of(PROVIDER, provider(setup)));
    }

    private static Map<String, Object> provider(PeerSetup setup) {
        return Map.of(
                "keys", List.of(Map.of("name", "key", "value", "none", "models", List.of("*"), "weight", 1.0)),
                "network_config", Map.of("base_url", setup.upstream().toString()),
                "custom_provider_config", Map.of("base_provider_type", "openai"));
    }
}
