package dev.penstock.worker;

import dev.penstock.runtime.config.ConfigWatch;
import dev.penstock.runtime.net.Listening;
import dev.penstock.runtime.net.ServerTls;
import dev.penstock.worker.config.WorkerConfig;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * What a running worker takes of a new configuration: the certificates of its listener. All else was given to sockets,
 * models and the pool as it started. Blocks: not for event loops.
 */
final class TlsReload implements ConfigWatch.Listener<WorkerConfig> {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    /** The keys of the file, in its order, and what of each a running worker has taken for good. */
    static final Map<String, Function<WorkerConfig, Object>> FIXED = fixed();

    private final Listening listening;

    TlsReload(Listening listening) {
        this.listening = listening;
    }

    private static Map<String, Function<WorkerConfig, Object>> fixed() {
        Map<String, Function<WorkerConfig, Object>> keys = new LinkedHashMap<>();
        keys.put("id", WorkerConfig::id);
        keys.put("listener", config -> config.listener().withTls(Optional.empty()));
        keys.put("advertise", WorkerConfig::advertise);
        keys.put("models", WorkerConfig::models);
        keys.put("sidecar", WorkerConfig::sidecar);
        keys.put("accelerator", WorkerConfig::accelerator);
        keys.put("capacity", WorkerConfig::capacity);
        keys.put("site", WorkerConfig::site);
        keys.put("cluster", WorkerConfig::cluster);
        keys.put("calls", WorkerConfig::calls);
        keys.put("drain-timeout", WorkerConfig::drainTimeout);
        keys.put("limits", WorkerConfig::limits);
        return keys;
    }

    @Override
    public Runnable prepare(WorkerConfig before, WorkerConfig next) {
        List<String> changed = FIXED.entrySet().stream()
                .filter(key ->
                        !key.getValue().apply(before).equals(key.getValue().apply(next)))
                .map(Map.Entry::getKey)
                .toList();
        if (!changed.isEmpty()) {
            throw new IllegalArgumentException(
                    String.join(", ", changed) + ": changed (expected: the same as before, or a restart)");
        }
        Optional<ServerTls> tls = next.listener().tls();
        if (tls.isPresent() != before.listener().tls().isPresent()) {
            throw new IllegalArgumentException("listener.tls: " + (tls.isPresent() ? "added" : "taken away")
                    + " (expected: as it was, or a restart)");
        }
        tls.ifPresent(this::update);
        return () -> {};
    }

    private void update(ServerTls tls) {
        try {
            listening
                    .updateTls(tls)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException refused) {
            Throwable cause = refused.getCause() == null ? refused : refused.getCause();
            throw new IllegalArgumentException("listener.tls: " + cause.getMessage(), cause);
        } catch (TimeoutException late) {
            throw new IllegalArgumentException("listener.tls: not in use within " + LIMIT.toSeconds() + " s", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalArgumentException("listener.tls: interrupted", interrupted);
        }
    }
}
