package dev.penstock.loadtest.peers;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How a peer is started, and how it is then asked.
 *
 * @param command its command line
 * @param environment variables that it needs beside those of this process
 * @param files its configuration, already written
 * @param base what comes before {@code /v1/chat/completions}
 * @param headers that each request must carry beside its bearer token; most peers need none
 * @param model to ask for, which is not always what the upstream calls it
 * @param ready answers 200 as soon as it serves; fails or has another status before
 */
public record PeerLaunch(
        List<String> command,
        Map<String, String> environment,
        List<Path> files,
        URI base,
        Map<String, String> headers,
        String model,
        URI ready) {
    /** A launch that does not change any more. */
    public PeerLaunch {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        files = List.copyOf(files);
        headers = Map.copyOf(headers);
    }
}
