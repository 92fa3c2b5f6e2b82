package dev.penstock.loadtest.peers;

import java.util.List;
import java.util.Map;

/** vLLM's router, in Rust below a Python launcher: threads on all cores. */
final class VllmRouter implements Peer {
    @Override
    public String name() {
        return "vllm-router";
    }

    @Override
    public PeerLaunch prepare(PeerSetup setup) {
        return new PeerLaunch(
                setup.python(
                        this,
                        "bin/vllm-router",
                        "--worker-urls",
                        setup.upstream().toString(),
                        // It refuses power_of_two with one upstream; of the others this one looks at nothing else.
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
                        "--log-level",
                        "warning"),
                Map.of(),
                List.of(),
                setup.url(""),
                Map.of(),
                setup.model(),
                setup.url("/readiness"));
    }
}
