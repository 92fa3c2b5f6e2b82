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
        Path config = setup.directory().resolve("config.json");
        Files.writeString(config, PeerJson.of(configuration(setup)));
        return new PeerLaunch(
                List.of(
                        setup.program(this, "bin/bifrost-http"),
                        "-host",
                        "127.0.0.1",
                        "-port",
                        Integer.toString(setup.port()),
                        "-app-dir",
                        setup.directory().toString()),
                Map.of(),
                List.of(config),
                setup.url(""),
                Map.of(),
                PROVIDER + "/" + setup.model(),
                setup.url("/health"));
    }

    private static Map<String, Object> configuration(PeerSetup setup) {
        return Map.of(
                "providers",
                Map.of(
                        PROVIDER,
                        Map.of(
                                "keys",
                                List.of(Map.of("name", "key", "value", "none", "models", List.of("*"), "weight", 1)),
                                "network_config",
                                Map.of("base_url", setup.upstream().toString()),
                                "custom_provider_config",
                                Map.of("base_provider_type", "openai"))));
    }
}
