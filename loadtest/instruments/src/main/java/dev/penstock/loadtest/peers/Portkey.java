package dev.penstock.loadtest.peers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Portkey's gateway, on Node.js: one process, one thread of JavaScript, whatever the cores. Has no configuration: each
 * request says in its headers where it is to go.
 */
final class Portkey implements Peer {
    /** It listens on all interfaces and cannot be told otherwise, and would relay for whoever finds it there. */
    private static final String LOOPBACK_ONLY = """
            const { Server } = require('node:net');
            const listen = Server.prototype.listen;
            Server.prototype.listen = function (port, ...rest) {
              const callback = rest.filter((argument) => typeof argument === 'function');
              return listen.call(this, port, '127.0.0.1', ...callback);
            };
            """;

    @Override
    public String name() {
        return "portkey";
    }

    @Override
    public PeerLaunch prepare(PeerSetup setup) throws IOException {
        Path loopback = setup.directory().resolve("loopback-only.cjs");
        Files.writeString(loopback, LOOPBACK_ONLY);
        return new PeerLaunch(
                List.of(
                        "node",
                        "--require",
                        loopback.toString(),
                        setup.program(this, "node_modules/@portkey-ai/gateway/build/start-server.js"),
                        "--headless",
                        "--port=" + setup.port()),
                Map.of("NODE_ENV", "production"),
                List.of(loopback),
                setup.url(""),
                Map.of("x-portkey-provider", "openai", "x-portkey-custom-host", setup.upstream() + "/v1"),
                setup.model(),
                setup.url("/"));
    }
}
