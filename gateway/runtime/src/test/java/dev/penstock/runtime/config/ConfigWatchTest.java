package dev.penstock.runtime.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.runtime.config.ConfigResult.Loaded;
import dev.penstock.runtime.config.ConfigWatch.Reload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigWatchTest {
    record Settings(@Default("1") @Range(min = "1") int size, Optional<Secret> secret, Optional<Path> certificate) {}

    @TempDir
    private Path directory;

    private Path file = Path.of("");
    private final List<String> events = new ArrayList<>();

    @BeforeEach
    void write() throws IOException {
        file = Files.writeString(directory.resolve("penstock.yaml"), "size: 1\n");
    }

    private ConfigWatch<Settings> watch() {
        ConfigLoader loader = ConfigLoader.system();
        if (loader.load(file, Settings.class) instanceof Loaded<Settings> loaded) {
            return new ConfigWatch<>(loader, Settings.class, file, loaded);
        }
        throw new AssertionError("the first configuration is valid");
    }

    @Test
    void aChangedFileIsSwappedInWhole() throws IOException {
        ConfigWatch<Settings> watch = watch();
        watch.onChange((before, next) -> {
            events.add("prepare " + before.size() + " -> " + next.size() + ", in use "
                    + watch.get().size());
            return () -> events.add("commit, in use " + watch.get().size());
        });
        assertEquals(Optional.empty(), watch.poll());
        Files.writeString(file, "size: 2\n");
        assertEquals(Optional.of(new Reload(true, List.of())), watch.poll());
        assertEquals(List.of("prepare 1 -> 2, in use 1", "commit, in use 2"), events);
        assertEquals(Optional.empty(), watch.poll());
    }

    @Test
    void aBadFileIsRefusedOnceWithEveryErrorAndTheOldOneStays() throws IOException {
        ConfigWatch<Settings> watch = watch();
        Files.writeString(file, "size: 0\nsiez: 1\n");
        Reload refused = watch.poll().orElseThrow();
        assertEquals(
                List.of(
                        file + ":1:7: size: 0 (expected: an integer >= 1)",
                        file + ":2:1: unknown key `siez` (did you mean `size`?)"),
                refused.faults());
        assertEquals(1, watch.get().size());
        assertEquals(Optional.empty(), watch.poll(), "not reported again");
        Files.delete(file);
        assertEquals(
                List.of(file + ": no such file"), watch.poll().orElseThrow().faults());
        Files.writeString(file, "size: 3\n");
        assertTrue(watch.poll().orElseThrow().swapped());
        assertEquals(3, watch.get().size());
    }

    @Test
    void aVetoKeepsTheOldSnapshotAndNobodyCommits() throws IOException {
        ConfigWatch<Settings> watch = watch();
        watch.onChange((before, next) -> () -> events.add("first committed"));
        watch.onChange((before, next) -> {
            throw new IllegalArgumentException("tls: does not load");
        });
        watch.onChange((before, next) -> () -> events.add("third asked"));
        Files.writeString(file, "size: 2\n");
        assertEquals(
                new Reload(false, List.of("tls: does not load")), watch.poll().orElseThrow());
        assertEquals(1, watch.get().size());
        assertEquals(List.of(), events);
        assertEquals(Optional.empty(), watch.poll());
    }

    @Test
    void filesThatTheConfigurationNamesAreWatchedToo() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "old");
        Path certificate = Files.writeString(directory.resolve("server.pem"), "old");
        Files.writeString(file, "secret: file:secret\ncertificate: server.pem\n");
        ConfigWatch<Settings> watch = watch();
        assertEquals(Optional.empty(), watch.poll());
        Files.writeString(secret, "new");
        assertTrue(watch.poll().orElseThrow().swapped());
        assertEquals("new", watch.get().secret().orElseThrow().reveal());
        Files.writeString(certificate, "new");
        assertTrue(watch.poll().orElseThrow().swapped());
        assertEquals(Optional.empty(), watch.poll());
    }

    @Test
    void reloadReadsAgainWithoutAChange() {
        ConfigWatch<Settings> watch = watch();
        Settings before = watch.get();
        assertTrue(watch.reload().swapped());
        assertEquals(before, assertInstanceOf(Settings.class, watch.get()));
    }

    @Test
    void looksAreRepeatedByTheScheduler() throws Exception {
        ConfigWatch<Settings> watch = watch();
        CountDownLatch swapped = new CountDownLatch(1);
        watch.onChange((before, next) -> swapped::countDown);
        try (ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
                AutoCloseable looking = watch.every(Duration.ofMillis(1), scheduler)) {
            assertNotNull(looking);
            Files.writeString(file, "size: 2\n");
            assertTrue(swapped.await(20, TimeUnit.SECONDS));
        }
        assertEquals(2, watch.get().size());
    }
}
