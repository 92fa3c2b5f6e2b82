package dev.penstock.runtime.config;

import dev.penstock.runtime.config.ConfigResult.Loaded;
import dev.penstock.runtime.config.ConfigResult.Rejected;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running configuration: one immutable snapshot, swapped whole.
 *
 * <p>{@link #reload} reads the file again; {@link #poll} does so when the file, or a file that it names (a secret, a
 * certificate), has changed. A file that is refused changes nothing: every error is logged and the old snapshot stays.
 * So does a listener's veto: listeners are asked in order before the swap, and build what the new configuration needs;
 * only when all agree is the snapshot swapped and are they told to use what they built. Reloads run one at a time.
 *
 * @param <R> the root record
 */
public final class ConfigWatch<R extends Record> {
    private static final Logger LOGGER = LoggerFactory.getLogger(ConfigWatch.class);
    private static final long MAX_WATCHED_BYTES = 4L << 20;

    private final ConfigLoader loader;
    private final Class<R> type;
    private final Path file;
    private volatile Loaded<R> current;
    private final List<Listener<R>> listeners = new CopyOnWriteArrayList<>();
    private Map<Path, String> fingerprints;

    /** What the process does with a new configuration. */
    @FunctionalInterface
    public interface Listener<R extends Record> {
        /**
         * Prepares for the next configuration: checks it, builds what it needs.
         *
         * @return what to run once the swap is done: puts in use what was built; must not throw
         * @throws IllegalArgumentException to refuse it, with the reason for the log
         */
        Runnable prepare(R before, R next);
    }

    /**
     * What became of a reload.
     *
     * @param swapped whether the new configuration is in use
     * @param faults why not, a line each; empty when it is, or when nothing had changed
     */
    public record Reload(boolean swapped, List<String> faults) {
        public Reload {
            faults = List.copyOf(faults);
        }
    }

    /** Watches the file that a configuration was loaded from. */
    public ConfigWatch(ConfigLoader loader, Class<R> type, Path file, Loaded<R> first) {
        this.loader = loader;
        this.type = type;
        this.file = file;
        this.current = first;
        this.fingerprints = fingerprints(first);
    }

    /** The running snapshot. Take it once for a request, and use that one to the end. */
    public R get() {
        return current.value();
    }

    /** Adds a listener, asked after those before it. */
    public void onChange(Listener<R> listener) {
        listeners.add(listener);
    }

    /** Reloads when a watched file has changed since the last look; call it about once a second, off event loops. */
    public synchronized Optional<Reload> poll() {
        return fingerprints(current).equals(fingerprints) ? Optional.empty() : Optional.of(reload());
    }

    /**
     * Looks for changes from now on, each time so long after the last look ended.
     *
     * @return ends the looking
     */
    public AutoCloseable every(Duration pause, ScheduledExecutorService scheduler) {
        long nanos = pause.toNanos();
        ScheduledFuture<?> polling = scheduler.scheduleWithFixedDelay(this::poll, nanos, nanos, TimeUnit.NANOSECONDS);
        return () -> polling.cancel(false);
    }

    /** Reads the file again, whether or not it has changed: what SIGHUP asks for. */
    public synchronized Reload reload() {
        String seen = fingerprint(file);
        ConfigResult<R> result = loader.load(file, type);
        return switch (result) {
            case Rejected<R> rejected -> {
                // Looked at once: the same broken file is not reported each second.
                fingerprints = fingerprints(current);
                fingerprints.put(file, seen);
                List<String> faults =
                        rejected.errors().stream().map(ConfigError::toString).toList();
                faults.forEach(fault -> LOGGER.error("configuration refused: {}", fault));
                yield new Reload(false, faults);
            }
            case Loaded<R> loaded -> swap(loaded, seen);
        };
    }

    private Reload swap(Loaded<R> next, String seen) {
        R before = get();
        List<Runnable> commits = new ArrayList<>();
        try {
            for (Listener<R> listener : listeners) {
                commits.add(listener.prepare(before, next.value()));
            }
        } catch (IllegalArgumentException veto) {
            fingerprints = fingerprints(current);
            LOGGER.error("configuration refused: {}", veto.getMessage());
            return new Reload(false, List.of(String.valueOf(veto.getMessage())));
        }
        current = next;
        fingerprints = fingerprints(next);
        // As it was before it was read: what changed meanwhile is then seen at the next look.
        fingerprints.put(file, seen);
        commits.forEach(Runnable::run);
        LOGGER.info("configuration {} in use", file);
        return new Reload(true, List.of());
    }

    /** Content, not time: editors and mounted secrets replace files in ways that times do not show. */
    private Map<Path, String> fingerprints(Loaded<R> loaded) {
        Map<Path, String> found = new TreeMap<>();
        found.put(file, fingerprint(file));
        loaded.source().references().forEach(reference -> found.put(reference, fingerprint(reference)));
        return found;
    }

    private static String fingerprint(Path path) {
        try {
            if (!Files.isRegularFile(path)) {
                return Files.exists(path) ? "no file" : "absent";
            }
            long size = Files.size(path);
            if (size > MAX_WATCHED_BYTES) {
                return size + "@" + Files.getLastModifiedTime(path);
            }
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(path)));
        } catch (IOException unreadable) {
            return "unreadable";
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
