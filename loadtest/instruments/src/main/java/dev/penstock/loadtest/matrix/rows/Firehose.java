package dev.penstock.loadtest.matrix.rows;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** A worker that writes each stream as fast as it is read, and never ends one. */
final class Firehose implements AutoCloseable {
    private static final int BACKLOG = 1024;
    private static final int TOKEN_CHARACTERS = 4000;
    private static final String MODELS =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"data\":[]}";
    private static final String HEAD =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";

    private final ServerSocket listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    private final byte[] chunk = chunk();
    private final AtomicLong begun = new AtomicLong();
    private final AtomicLong ended = new AtomicLong();

    Firehose() throws IOException {
        Thread.ofVirtual().start(this::accept);
    }

    private static byte[] chunk() {
        String frame = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" + "x".repeat(TOKEN_CHARACTERS)
                + "\"}}]}\n\n";
        return (Integer.toHexString(frame.length()) + "\r\n" + frame + "\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Streams that were asked for. */
    long begun() {
        return begun.get();
    }

    /** Streams whose reader has left. */
    long ended() {
        return ended.get();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket;
                InputStream in = new BufferedInputStream(socket.getInputStream());
                OutputStream out = socket.getOutputStream()) {
            for (String head = head(in); !head.isEmpty(); head = head(in)) {
                if (head.startsWith("GET ")) {
                    out.write(MODELS.getBytes(StandardCharsets.US_ASCII));
                } else {
                    in.skipNBytes(bodyBytes(head));
                    stream(out);
                }
            }
        } catch (IOException left) {
            return; // whoever asked
        }
    }

    private void stream(OutputStream out) throws IOException {
        begun.incrementAndGet();
        try {
            out.write(HEAD.getBytes(StandardCharsets.US_ASCII));
            while (!listener.isClosed()) {
                out.write(chunk);
            }
        } finally {
            ended.incrementAndGet();
        }
    }

    /** Up to its empty line; empty where the connection ends. */
    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < 4 || !head.substring(head.length() - 4).equals("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static int bodyBytes(String head) {
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line ->
                        Integer.parseInt(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElse(0);
    }

    /** Takes no more connections; the streams end with theirs. */
    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException failed) {
            return; // and it is not used any more
        }
    }
}
