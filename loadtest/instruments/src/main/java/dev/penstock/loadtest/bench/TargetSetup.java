package dev.penstock.loadtest.bench;

import dev.penstock.loadtest.process.FreePorts;
import java.net.URI;
import java.nio.file.Path;

/**
 * What a target is started with.
 *
 * @param upstream the mock, {@code http://host:port}
 * @param directory for its configuration and logs; exists, is empty and its own
 * @param ports where to listen
 * @param workers as many processes or loops as it may have: the machine's cores
 */
public record TargetSetup(URI upstream, Path directory, FreePorts ports, int workers) {}
