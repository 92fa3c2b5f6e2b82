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
                List.of(
                        setup.program(this, "bin/vllm-router"),
                        "--worker-urls",
                        setup.upstream().toString(),
                        "--policy",
                        "power_of_two",
                        "--host",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(setup.port())),
                Map.of(),
                List.of(),
                setup.url(""),
                Map.of(),
                setup.model(),
                setup.url("/health"));
    }
}
