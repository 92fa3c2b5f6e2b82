package dev.penstock.deploy;

import dev.penstock.loadtest.faults.Direction;
import dev.penstock.loadtest.faults.FaultProxy;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code penstock faults proxy}. */
@Command(
        name = "proxy",
        mixinStandardHelpOptions = true,
        description = {
            "Run a TCP proxy that makes faults.",
            "Times are written as 20ms or 2s, sizes as 7B or 64KiB. Bytes are counted for each connection."
        })
final class FaultsProxyCommand implements Runnable {
    /** Which way the faults are. */
    enum Way {
        BOTH,
        REQUESTS,
        ANSWERS;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final PrintWriter out;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:0",
            description = "Where it takes connections (default: ${DEFAULT-VALUE}, a free port).")
    private String listen = "";

    @Option(names = "--target", required = true, paramLabel = "HOST:PORT", description = "Where it passes them on to.")
    private String target = "";

    @Option(
            names = "--way",
            paramLabel = "WAY",
            defaultValue = "both",
            description = "Which way the faults are: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Way way = Way.BOTH;

    @Option(names = "--seed", paramLabel = "NUMBER", defaultValue = "1", description = "Of what is drawn (default: 1).")
    private long seed = 1;

    @Mixin
    private final FaultOptions options = new FaultOptions();

    FaultsProxyCommand(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void run() {
        var faults = options.faults();
        var proxy = start();
        if (way != Way.ANSWERS) {
            proxy.set(Direction.TO_TARGET, faults);
        }
        if (way != Way.REQUESTS) {
            proxy.set(Direction.TO_CLIENT, faults);
        }
        Foreground.run(
                "proxy",
                () -> {
                    proxy.close();
                    out.println(proxy.counters());
                },
                () -> out.println("penstock faults proxy: port " + proxy.port() + " to " + target + ", " + way + ": "
                        + (faults.isEmpty() ? "no faults" : faults)));
    }

    private FaultProxy start() {
        try {
            return FaultProxy.start(address("--listen", listen), address("--target", target), seed);
        } catch (IOException taken) {
            throw CommandFailedException.usage("--listen: " + listen + ": " + taken.getMessage());
        }
    }

    private static InetSocketAddress address(String option, String text) {
        var colon = text.lastIndexOf(':');
        try {
            var address = new InetSocketAddress(
                    text.substring(0, Math.max(0, colon)), Integer.parseInt(text.substring(colon + 1)));
            if (colon > 0 && !address.isUnresolved()) {
                return address;
            }
        } catch (IllegalArgumentException noPort) {
            throw CommandFailedException.usage(option + ": " + text + " (expected: host:port)");
        }
        throw CommandFailedException.usage(option + ": " + text + " (expected: host:port of a host that can be found)");
    }
}
