package dev.penstock.gateway.config;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Range;
import dev.penstock.runtime.net.TransportName;

/** How the process uses its machine. */
@Doc("How the process uses its machine.")
public record ProcessConfig(
        @Doc("How it waits for sockets; `auto` takes the first of the others that the machine has.") @Default("auto")
        TransportName transport,

        @Doc("Event loops that serve clients; 0 is one for each processor.")
        @Default("0")
        @Range(min = "0", max = "1024")
        int eventLoops) {
    /** The number of event loops to start. */
    public int eventLoopCount() {
        return eventLoops == 0 ? Runtime.getRuntime().availableProcessors() : eventLoops;
    }
}
