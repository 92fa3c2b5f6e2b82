package dev.penstock.deploy;

import dev.penstock.runtime.net.Lifecycle;
import dev.penstock.runtime.net.ProcessSignals;
import dev.penstock.runtime.telemetry.Logging;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A process that runs until a signal ends it. */
final class Foreground {
    /** Beyond every drain limit of the parts themselves. */
    private static final Duration STOP_LIMIT = Duration.ofHours(2);

    private Foreground() {}

    /** Stops the part at INT or TERM and ends the process with 0; does not return before. */
    static void run(String name, Lifecycle.Stop stop) {
        run(name, stop, () -> {});
    }

    /** The same; the greeting is given once signals are heeded, since whoever reads it may press Ctrl-C at once. */
    static void run(String name, Lifecycle.Stop stop, Runnable greeting) {
        var lifecycle = new Lifecycle();
        lifecycle.onStop(name, STOP_LIMIT, stop);
        ProcessSignals.stopOn(lifecycle, code -> {
            Logging.flush();
            Runtime.getRuntime().halt(code);
        });
        greeting.run();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
