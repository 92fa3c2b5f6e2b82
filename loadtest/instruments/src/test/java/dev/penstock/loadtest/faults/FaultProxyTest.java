package dev.penstock.loadtest.faults;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class FaultProxyTest {
    private static final long SEED = 11;

    private ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private FaultProxy proxy = FaultProxy.start(listener.getLocalPort(), SEED);
    private Socket client = new Socket();
    private Socket target = new Socket();

    FaultProxyTest() throws IOException {}

    @BeforeEach
    void connect() throws IOException {
        client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        target = listener.accept();
        client.setTcpNoDelay(true);
        target.setTcpNoDelay(true);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        target.close();
        proxy.close();
        listener.close();
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new SplittableRandom(length).nextBytes(bytes);
        return bytes;
    }

    private static void send(Socket socket, byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    private static byte[] receive(Socket socket, int length) throws IOException {
        return socket.getInputStream().readNBytes(length);
    }

    private static void until(String what, BooleanSupplier condition) {
        long began = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() - began < 20_000_000_000L, "not within 20 s: " + what);
            Thread.onSpinWait();
        }
    }

    private static double millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e6;
    }

    @Test
    void withoutFaultsBytesAndEndsPassAsTheyAre() throws IOException {
        byte[] question = noise(300_000);
        byte[] answer = noise(200_000);
        Thread sender = Thread.ofVirtual().start(() -> {
            try {
                send(client, question);
                client.shutdownOutput();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        assertArrayEquals(question, target.getInputStream().readAllBytes());
        send(target, answer);
        target.close();
        assertArrayEquals(answer, client.getInputStream().readAllBytes());
        until("the connection is over", () -> proxy.counters().open() == 0 && !sender.isAlive());
        assertEquals(new ProxyCounters(1, 0, 0, question.length, answer.length, 0, 0, 0), proxy.counters());
    }

    @Test
    void aResetIsPassedOnAsAReset() throws IOException {
        target.setSoLinger(true, 0);
        target.close();
        assertThrows(SocketException.class, () -> client.getInputStream().read());
        assertEquals(0, proxy.counters().resets(), "none on purpose");
    }

    @Test
    void aTargetThatIsNotThereIsAReset() throws IOException {
        listener.close();
        try (Socket late = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            assertThrows(SocketException.class, () -> late.getInputStream().read());
        }
        until("it has been counted", () -> proxy.counters().unreached() == 1);
    }

    @Test
    void whatIsNotReadIsHeldBack() throws IOException {
        AtomicLong sent = new AtomicLong();
        long all = 128 << 20;
        byte[] piece = noise(64 << 10);
        Thread sender = Thread.ofVirtual().start(() -> {
            try {
                while (sent.get() < all) {
                    send(client, piece);
                    sent.addAndGet(piece.length);
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        long[] last = {-1, 0};
        until("the sender is held back", () -> {
            if (last[0] != sent.get()) {
                last[0] = sent.get();
                last[1] = System.nanoTime();
            }
            return System.nanoTime() - last[1] > 300_000_000L;
        });
        assertTrue(sent.get() < all, "the sender was never held back");
        long received = 0;
        while (received < all) {
            byte[] read = receive(target, piece.length);
            assertArrayEquals(piece, read);
            received += read.length;
        }
        until("the sender has ended", () -> !sender.isAlive());
    }

    @Test
    void delayAndJitterMakeBytesLateAndLeaveTheirOrder() throws IOException {
        proxy.set(new Fault.Delay(Duration.ofMillis(60), Duration.ofMillis(20)));
        byte[] bytes = noise(100);
        long began = System.nanoTime();
        for (byte one : bytes) {
            send(client, new byte[] {one});
        }
        assertArrayEquals(bytes, receive(target, bytes.length));
        assertTrue(millisSince(began) >= 60, "after " + millisSince(began) + " ms");
        send(target, bytes);
        assertArrayEquals(bytes, receive(client, bytes.length));
        assertTrue(millisSince(began) >= 120, "there and back after " + millisSince(began) + " ms");
        assertTrue(millisSince(began) < 100 * 60, "each waits for itself and not for those before it");
    }

    @Test
    void bandwidthIsKept() throws IOException {
        proxy.set(Direction.TO_CLIENT, List.of(new Fault.Bandwidth(200_000)));
        long began = System.nanoTime();
        send(target, noise(60_000));
        assertArrayEquals(noise(60_000), receive(client, 60_000));
        assertTrue(millisSince(began) >= 290, "after " + millisSince(began) + " ms");
        send(client, noise(60_000));
        assertArrayEquals(noise(60_000), receive(target, 60_000));
    }

    @Test
    void resetAtOnceMeetsOpenConnectionsAndNewOnes() throws IOException {
        proxy.set(new Fault.Reset(0));
        assertThrows(SocketException.class, () -> client.getInputStream().read());
        assertThrows(SocketException.class, () -> target.getInputStream().read());
        try (Socket late = new Socket(InetAddress.getLoopbackAddress(), proxy.port())) {
            assertThrows(SocketException.class, () -> late.getInputStream().read());
        }
        until("both are counted", () -> proxy.counters().resets() == 2);
        proxy.clear();
        assertEquals(0, proxy.counters().open());
    }

    @Test
    void resetAfterSoManyBytes() throws IOException {
        proxy.set(Direction.TO_CLIENT, List.of(new Fault.Reset(1000)));
        send(target, noise(1000));
        assertArrayEquals(noise(1000), receive(client, 1000));
        assertThrows(SocketException.class, () -> client.getInputStream().read());
        assertThrows(SocketException.class, () -> target.getInputStream().read());
        assertEquals(1000, proxy.counters().toClient());
    }

    @Test
    void nothingLeavesABlackholeUntilItIsGone() throws IOException {
        proxy.set(new Fault.Blackhole());
        send(client, noise(100));
        target.close();
        client.setSoTimeout(200);
        assertThrows(SocketTimeoutException.class, () -> client.getInputStream().read(), "no byte and no end");
        try (Socket second = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
                Socket accepted = listener.accept()) {
            send(second, noise(50));
            accepted.setSoTimeout(200);
            assertThrows(SocketTimeoutException.class, () -> accepted.getInputStream()
                    .read());
            assertEquals(0, proxy.counters().toTarget());
            proxy.clear();
            accepted.setSoTimeout(20_000);
            assertArrayEquals(noise(50), receive(accepted, 50));
        }
        client.setSoTimeout(20_000);
        assertEquals(-1, client.getInputStream().read());
    }

    @Test
    void truncationEndsInOrderAfterSoManyBytes() throws IOException {
        send(target, noise(10));
        assertArrayEquals(noise(10), receive(client, 10));
        proxy.set(Direction.TO_CLIENT, List.of(new Fault.Truncate(500)));
        send(target, noise(800));
        byte[] read = client.getInputStream().readAllBytes();
        assertEquals(500, read.length, "counted from when it was set");
        send(client, noise(20));
        assertArrayEquals(noise(20), receive(target, 20), "the other direction goes on");
        assertEquals(1, proxy.counters().truncations());
    }

    @Test
    void corruptionFlipsBitsThatFollowFromTheSeed() throws IOException {
        byte[] once = corrupted();
        close();
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        proxy = FaultProxy.start(listener.getLocalPort(), SEED);
        connect();
        assertArrayEquals(once, corrupted());
    }

    private byte[] corrupted() throws IOException {
        proxy.set(Direction.TO_CLIENT, List.of(new Fault.Corrupt(100)));
        byte[] sent = noise(1050);
        send(target, sent);
        byte[] received = receive(client, sent.length);
        for (int i = 0; i < sent.length; i++) {
            int bits = Integer.bitCount((sent[i] ^ received[i]) & 0xff);
            assertEquals((i + 1) % 100 == 0 ? 1 : 0, bits, "bits flipped in byte " + i);
        }
        assertEquals(10, proxy.counters().flippedBits());
        return received;
    }

    @Test
    void slicesComeOneByOne() throws IOException {
        proxy.set(Direction.TO_CLIENT, List.of(new Fault.Slice(7, Duration.ofMillis(2))));
        long began = System.nanoTime();
        send(target, noise(70));
        byte[] first = new byte[70];
        assertTrue(client.getInputStream().read(first) < 70, "all in one piece");
        client.getInputStream().readNBytes(first, 0, 0);
        until("all have passed", () -> proxy.counters().toClient() == 70);
        assertTrue(millisSince(began) >= 18, "after " + millisSince(began) + " ms");
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Fault.Bandwidth(0));
        assertThrows(IllegalArgumentException.class, () -> new Fault.Slice(0, Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> new Fault.Corrupt(0));
        assertThrows(IllegalArgumentException.class, () -> new Fault.Delay(Duration.ofMillis(-1), Duration.ZERO));
        assertFalse(proxy.counters().open() > 1);
    }
}
