package dev.penstock.runtime.net;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A listener with its guards that answers each request with its method, path and body, and keeps what it saw. */
final class EchoServer implements AutoCloseable {
    static final int PATIENCE_SECONDS = 20;

    final Vertx vertx;
    final Listening listening;
    final List<String> seen = new CopyOnWriteArrayList<>();
    private final ListenerConfig config;

    EchoServer(ListenerConfig config) {
        this(config, TransportName.AUTO);
    }

    EchoServer(ListenerConfig config, TransportName transport) {
        this.config = config;
        this.vertx = Transports.vertx(transport, new VertxOptions().setEventLoopPoolSize(2));
        this.listening = await(HttpServerFactory.listen(vertx, config, this::handle));
    }

    private void handle(HttpServerRequest request) {
        seen.add(request.method() + " " + request.uri());
        if (request.uri().equals("/hang")) {
            return;
        }
        BoundedBody.read(vertx, request, config.maxBody(), config.bodyTimeout())
                .onSuccess(body -> request.response()
                        .end(request.method() + " " + request.uri() + " " + new String(body, StandardCharsets.UTF_8)))
                .onFailure(cause -> {
                    if (cause instanceof RequestRejected rejection) {
                        Rejections.send(request, rejection);
                    }
                });
    }

    static <T> T await(Future<T> future) {
        try {
            return future.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (java.util.concurrent.TimeoutException late) {
            throw new AssertionError(late);
        }
    }

    /** Waits until so many connections are open: a server hears of a close a moment after the client. */
    void awaitConnections(int expected) {
        long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (listening.connections() != expected) {
            if (System.nanoTime() - limit > 0) {
                throw new AssertionError(listening.connections() + " connections (expected: " + expected + ")");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), listening.port());
        socket.setSoTimeout(PATIENCE_SECONDS * 1000);
        return socket;
    }

    /** Sends bytes on a connection of their own and reads until the server closes it. */
    String exchange(String bytes) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            return readAll(socket.getInputStream());
        }
    }

    static String readAll(InputStream input) throws IOException {
        return new String(input.readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Reads until the text has come. */
    static String readUntil(InputStream input, String text) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(text) < 0) {
            int next = input.read();
            if (next < 0) {
                throw new AssertionError("closed after: " + read);
            }
            read.append((char) next);
        }
        return read.toString();
    }

    @Override
    public void close() {
        await(listening.close(Duration.ZERO));
        await(vertx.close());
    }
}
