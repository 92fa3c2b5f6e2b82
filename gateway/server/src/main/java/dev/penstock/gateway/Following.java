package dev.penstock.gateway;

import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.runtime.config.ConfigWatch;
import dev.penstock.runtime.net.ProcessSignals;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the configuration's files once a second, and at once on SIGHUP, on a thread of its own. */
final class Following implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Following.class);

    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("penstock-config").factory());

    Following(ConfigWatch<GatewayConfig> watch) {
        executor.setRemoveOnCancelPolicy(true);
        var unused = executor.scheduleWithFixedDelay(() -> guarded(watch::poll), 1, 1, TimeUnit.SECONDS);
        if (!ProcessSignals.on("HUP", () -> executor.execute(() -> guarded(watch::reload)))) {
            LOG.info("no SIGHUP on this system: changes of the files are followed all the same");
        }
    }

    private static void guarded(Runnable look) {
        try {
            look.run();
        } catch (RuntimeException e) {
            LOG.error(
                    "the configuration was not read again; the running one stays", e); // a schedule ends with its first
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
