package dev.penstock.gateway.relaying;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A worker on raw sockets that does to each request what its script says, byte by byte. */
final class ScriptedWorker implements AutoCloseable {
    static final String SSE_HEAD =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

    /** What is done with one request. The connection is kept if it returns normally and closed if it throws. */
    @FunctionalInterface
    interface Script {
        void answer(Exchange exchange) throws IOException, InterruptedException;
    }

    /** One request and the socket to answer it on. */
    record Exchange(Request request, Socket socket, CountDownLatch closing) {
        OutputStream out() throws IOException {
            return socket.getOutputStream();
        }

        void raw(String text) throws IOException {
            out().write(text.getBytes(StandardCharsets.UTF_8));
            out().flush();
        }

        void chunk(String text) throws IOException {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            raw(Integer.toHexString(bytes.length) + "\r\n" + text + "\r\n");
        }

        void lastChunk() throws IOException {
            raw("0\r\n\r\n");
        }

        void whole(int status, String contentType, String body, String... headers) throws IOException {
            StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " x\r\nContent-Type: " + contentType
                    + "\r\nContent-Length: " + body.getBytes(StandardCharsets.UTF_8).length + "\r\n");
            for (String header : headers) {
                head.append(header).append("\r\n");
            }
            raw(head + "\r\n" + body);
        }

        /** Ends the connection with a reset. */
        void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        /** Does nothing until the other side closes or the worker is closed. */
        void hang() throws IOException {
            while (socket.getInputStream().read() >= 0) {
                // whatever comes
            }
            throw new SocketException("hung up");
        }
    }

    /** A request as it came. */
    record Request(String line, List<String> headers, String body) {
        String header(String name) {
            String prefix = name.toLowerCase(Locale.ROOT) + ":";
            return headers.stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(prefix))
                    .map(line -> line.substring(prefix.length()).strip())
                    .findFirst()
                    .orElse("");
        }
    }

    private final ServerSocket server;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    final List<Request> requests = new CopyOnWriteArrayList<>();
    final AtomicInteger connections = new AtomicInteger();
    /** Connections that the other side has closed. */
    final AtomicInteger hungUp = new AtomicInteger();

    private volatile Script script;

    ScriptedWorker(Script script) throws IOException {
        this.script = script;
        server = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    void script(Script next) {
        script = next;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                sockets.add(socket);
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            while (true) {
                Request request = read(socket.getInputStream());
                requests.add(request);
                script.answer(new Exchange(request, socket, closing));
            }
        } catch (IOException gone) {
            hungUp.incrementAndGet();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Request read(InputStream in) throws IOException {
        String line = readLine(in);
        List<String> headers = new CopyOnWriteArrayList<>();
        for (String header = readLine(in); !header.isEmpty(); header = readLine(in)) {
            headers.add(header);
        }
        Request head = new Request(line, headers, "");
        int length = Integer.parseInt(head.header("content-length"));
        return new Request(line, headers, new String(in.readNBytes(length), StandardCharsets.UTF_8));
    }

    private static String readLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new SocketException("closed");
            }
            if (b != '\r') {
                line.write(b);
            }
        }
        return line.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        closing.countDown();
        server.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
