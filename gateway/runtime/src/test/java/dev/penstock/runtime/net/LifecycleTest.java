package dev.penstock.runtime.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class LifecycleTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final Lifecycle lifecycle = new Lifecycle();

    private String start(String name) throws Exception {
        return lifecycle.start(name, LONG, () -> name, part -> events.add("stop " + part));
    }

    @Test
    void stopsInReverseOrderOnce() throws Exception {
        start("a");
        start("b");
        start("c");
        assertTrue(lifecycle.stop());
        assertTrue(lifecycle.stop());
        assertEquals(List.of("stop c", "stop b", "stop a"), events);
        assertTrue(lifecycle.stopping());
    }

    @Test
    void aPartThatDoesNotStartStopsThoseBeforeIt() throws Exception {
        start("a");
        IOException thrown = assertThrows(
                IOException.class,
                () -> lifecycle.start(
                        "b",
                        LONG,
                        () -> {
                            throw new IOException("no");
                        },
                        part -> events.add("stop b")));
        assertEquals("no", thrown.getMessage());
        assertEquals(List.of("stop a"), events);
    }

    @Test
    void aPartThatHangsAtStartIsGivenUp() throws Exception {
        start("a");
        CountDownLatch never = new CountDownLatch(1);
        assertThrows(
                TimeoutException.class,
                () -> lifecycle.start(
                        "b",
                        Duration.ofMillis(20),
                        () -> {
                            never.await();
                            return "b";
                        },
                        part -> {}));
        assertEquals(List.of("stop a"), events);
    }

    @Test
    void faultsAndHangsDoNotKeepTheOthersFromStopping() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        start("a");
        lifecycle.onStop("hangs", Duration.ofMillis(20), never::await);
        lifecycle.onStop("fails", LONG, () -> {
            throw new IOException("no");
        });
        start("b");
        assertFalse(lifecycle.stop());
        assertEquals(List.of("stop b", "stop a"), events);
    }

    @Test
    void aSecondCallerWaitsForTheFirst() throws Exception {
        CountDownLatch stopping = new CountDownLatch(1);
        CountDownLatch finish = new CountDownLatch(1);
        lifecycle.onStop("slow", LONG, () -> {
            stopping.countDown();
            finish.await();
            events.add("stopped");
        });
        Thread first = Thread.ofPlatform().start(lifecycle::stop);
        assertTrue(stopping.await(20, TimeUnit.SECONDS));
        Thread second = Thread.ofPlatform().start(() -> {
            lifecycle.stop();
            events.add("second returned");
        });
        finish.countDown();
        first.join();
        second.join();
        assertEquals(List.of("stopped", "second returned"), events);
    }

    @Test
    void signalsAreHandled() throws Exception {
        CountDownLatch handled = new CountDownLatch(1);
        Assumptions.assumeTrue(ProcessSignals.on("USR2", handled::countDown), "this JVM handles USR2");
        long own = ProcessHandle.current().pid();
        Process kill = new ProcessBuilder("kill", "-USR2", String.valueOf(own)).start();
        assertEquals(0, kill.waitFor());
        assertTrue(handled.await(20, TimeUnit.SECONDS));
    }
}
