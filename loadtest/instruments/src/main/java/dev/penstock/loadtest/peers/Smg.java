package dev.penstock.loadtest.peers;

import java.util.List;
import java.util.Map;

/** The Shepherd Model Gateway, in Rust below a Python launcher: threads on all cores. */
final class Smg implements Peer {
    @Override
    public String name() {
        return "smg";
    }

    @Override
    public PeerLaunch prepare(PeerSetup setup) {
        return new PeerLaunch(
                setup.python(
                        this,
                        "bin/smg",
                        "launch",
                        "--worker-urls",
                        setup.upstream().toString(),
                        // With one upstream there is nothing to choose; this one looks at nothing else.
                        "--policy",
                        "round_robin",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(setup.port()),
                        "--prometheus-host",
                        "127.0.0.1",
                        "--prometheus-port",
                        Integer.toString(setup.metricsPort()),
                        // Else it looks for the model's tokenizer on a hub.
                        "--disable-tokenizer-autoload",
                        "--history-backend",
                        "none",
                        "--log-level",
                        "warn"),
                Map.of("HF_HUB_OFFLINE", "1"),
                List.of(),
                setup.url(""),
                Map.of(),
                setup.model(),
                setup.url("/readiness"));
    }
}
