package dev.penstock.loadtest.matrix;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A client that sends whatever it is told to, byte by byte if need be. */
public final class RawConnection implements AutoCloseable {
    private static final int CONNECT_MILLIS = 5000;
    private static final int MAX_HEAD = 64 << 10;
    private static final int END_OF_HEAD = 0x0d0a0d0a;

    private final Socket socket;

    private RawConnection(Socket socket) {
        this.socket = socket;
    }

    /**
     * An answer.
     *
     * @param status its status
     * @param headers by lower-case name
     * @param body as far as its length was declared
     */
    public record Answer(int status, Map<String, String> headers, String body) {}

    /** Connects to a port on loopback; reads give up after so long. */
    public static RawConnection open(int port, Duration silence) throws IOException {
        return open(port, silence, new Socket());
    }

    /** As {@link #open}, with a small receive buffer. */
    public static RawConnection openNarrow(int port, Duration silence, int receiveBytes) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(receiveBytes);
        return open(port, silence, socket);
    }

    private static RawConnection open(int port, Duration silence, Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(Math.toIntExact(silence.toMillis()));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
        return new RawConnection(socket);
    }

    /** The head of a chat request, up to where more headers may follow. */
    public static String chatHeadBegin() {
        return "POST /v1/chat/completions HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n";
    }

    /** The head of a chat request with that body length. */
    public static String chatHead(long bodyBytes) {
        return chatHead("Content-Length: " + bodyBytes);
    }

    /** The head of a chat request with these headers. */
    public static String chatHead(String... headers) {
        return chatHeadBegin() + String.join("\r\n", headers) + "\r\n\r\n";
    }

    /** A chat request's body, with further fields such as {@code ,"n":2}. */
    public static String chatBody(String fields) {
        return "{\"model\":\"" + FaultBench.MODEL + "\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]"
                + fields + "}";
    }

    /** Sends a whole chat request. */
    public void sendChat(String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        send(chatHead(bytes.length));
        send(bytes);
    }

    /** Sends text. */
    public void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Sends bytes. */
    public void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** What comes. */
    public InputStream in() throws IOException {
        return socket.getInputStream();
    }

    /** Reads one answer; empty where the connection ends before its head is whole. */
    public Optional<Answer> read() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        int last = 0;
        while (last != END_OF_HEAD && head.size() < MAX_HEAD) {
            int next = in.read();
            if (next < 0) {
                return Optional.empty();
            }
            head.write(next);
            last = last << 8 | next;
        }
        String[] lines = head.toString(StandardCharsets.ISO_8859_1).split("\r\n");
        Map<String, String> headers = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            headers.put(
                    lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    lines[i].substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        return Optional.of(new Answer(Integer.parseInt(lines[0].split(" ")[1]), headers, body));
    }

    /**
     * Reads on until a text has come, and so many times.
     *
     * @throws IOException when the connection ends before
     */
    public void readUntil(String text, int times) throws IOException {
        byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
        InputStream in = socket.getInputStream();
        int matched = 0;
        for (int found = 0; found < times; ) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the connection ended before " + text + " had come " + times + " times");
            }
            // Enough where the text does not begin with a part of itself that comes again in it.
            matched = next == wanted[matched] ? matched + 1 : next == wanted[0] ? 1 : 0;
            if (matched == wanted.length) {
                matched = 0;
                found++;
            }
        }
    }

    /** Closes it in the middle of whatever runs over it. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
