package dev.penstock.runtime.net;

import static dev.penstock.runtime.net.EchoServer.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HttpServerFactoryTest {
    private Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        await(vertx.close());
    }

    private void use(TransportName transport) {
        await(vertx.close());
        vertx = Transports.vertx(transport, new VertxOptions().setEventLoopPoolSize(3));
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "NIO"})
    void severalLoopsShareOneAddressAndItsLimit(TransportName transport) throws Exception {
        use(transport);
        Set<Thread> loops = ConcurrentHashMap.newKeySet();
        Listening listening = await(HttpServerFactory.listen(vertx, ListenerConfig.loopback(0), 3, () -> request -> {
            loops.add(Thread.currentThread());
            request.response().end(String.valueOf(request.uri()));
        }));
        for (int i = 0; i < 30; i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), listening.port())) {
                socket.setSoTimeout(EchoServer.PATIENCE_SECONDS * 1000);
                socket.getOutputStream()
                        .write("GET /a HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                EchoServer.readUntil(socket.getInputStream(), "\r\n\r\n/a");
            }
        }
        assertEquals(3, loops.size());
        await(listening.close(Duration.ZERO));
        awaitRefused(listening.port());
    }

    /** Waits until nobody listens: NIO lets go of a closed listener's port when its selector next wakes. */
    private static void awaitRefused(int port) {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(EchoServer.PATIENCE_SECONDS);
        while (System.nanoTime() - limit < 0) {
            try {
                new Socket(InetAddress.getLoopbackAddress(), port).close();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            } catch (IOException refused) {
                return;
            }
        }
        throw new AssertionError("connections to " + port + " are still accepted");
    }

    @ParameterizedTest
    @EnumSource(names = {"AUTO", "NIO"})
    void aTakenPortIsNamed(TransportName transport) {
        use(transport);
        Listening first = await(HttpServerFactory.listen(vertx, ListenerConfig.loopback(0), request -> {}));
        Vertx other = Vertx.vertx();
        try {
            Throwable taken = assertThrows(
                    Throwable.class,
                    () -> await(HttpServerFactory.listen(other, ListenerConfig.loopback(first.port()), request -> {})));
            assertInstanceOf(IOException.class, taken);
            String message = String.valueOf(taken.getMessage());
            assertTrue(
                    message.equals("cannot listen on 127.0.0.1:" + first.port() + ": the address is in use"), message);
        } finally {
            await(other.close());
        }
    }
}
