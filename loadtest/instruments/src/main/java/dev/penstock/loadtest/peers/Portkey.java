package dev.penstock.loadtest.peers;

import java.util.List;
import java.util.Map;

/** Portkey's gateway, on Node.js. Has no configuration: each request says in its headers where it is to go. */
final class Portkey implements Peer {
    @Override
    public String name() {
        return "portkey";
    }

    @Override
    public PeerLaunch prepare(PeerSetup setup) {
        return new PeerLaunch(
                List.of(
                        "node",
                        setup.program(this, "node_modules/@portkey-ai/gateway/build/start-server.js"),
                        "--headless",
                        "--port=" + setup.port()),
                Map.of("NODE_ENV", "production"),
                List.of(),
                setup.url(""),
                Map.of("x-portkey-provider", "openai", "x-portkey-custom-host", setup.upstream() + "/v1"),
                setup.model(),
                setup.url("/"));
    }
}
