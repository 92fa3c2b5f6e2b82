package dev.penstock.gateway.egress;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** An OpenAI-compatible server on a raw socket, which keeps every byte that it was ever sent and does what it is told. */
final class RecordingServer implements AutoCloseable {
    /** What is done with a request. */
    enum Act {
        ANSWER,
        ANSWER_LATE,
        ERROR_500,
        BUSY_503,
        RESET_BEFORE_HEAD,
        RESET_BEFORE_CONTENT,
        RESET_AMID_CONTENT,
        GARBAGE,
        CUT_SHORT,
        HANG
    }

    private static final String JSON =
            "{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"hello\"},\"finish_reason\":\"stop\"}],"
                    + "\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2}}";
    private static final String ROLE =
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n";
    private static final String CONTENT =
            "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hello\"},\"finish_reason\":null}]}\n\n";
    private static final String END =
            "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

    final String name;
    final AtomicInteger requests = new AtomicInteger();
    private final Function<String, Act> acts;
    private final ServerSocket server;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    /**
     * A server on a port of its own.
     *
     * @param acts what is done with a request, by its id
     */
    RecordingServer(String name, Function<String, Act> acts) throws IOException {
        this.name = name;
        this.acts = acts;
        server = new ServerSocket(0, 512, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** An address whose port is taken and refuses every connection, until the socket is closed. */
    static Socket refusing() throws IOException {
        Socket taken = new Socket();
        taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return taken;
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** All that it was ever sent, of all connections. */
    String received() {
        synchronized (received) {
            return received.toString(StandardCharsets.ISO_8859_1);
        }
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                sockets.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            while (true) {
                String request = read(socket.getInputStream());
                requests.incrementAndGet();
                act(acts.apply(idOf(request)), request.contains("\"stream\":true"), socket);
            }
        } catch (IOException gone) {
            // as it was told, or the other side has closed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(socket);
        }
    }

    private static String idOf(String request) {
        int at = request.toLowerCase(Locale.ROOT).indexOf("x-request-id: ");
        return request.substring(at + 14, request.indexOf('\r', at));
    }

    private void act(Act act, boolean stream, Socket socket) throws IOException, InterruptedException {
        switch (act) {
            case ANSWER -> answer(socket, stream);
            case ANSWER_LATE -> {
                var unused = closing.await(15, TimeUnit.MILLISECONDS);
                answer(socket, stream);
            }
            case ERROR_500 -> whole(socket, "500 Oops", "{\"error\":{\"message\":\"broken\"}}");
            case BUSY_503 -> whole(socket, "503 Busy", "{\"error\":{\"message\":\"busy\"}}");
            case RESET_BEFORE_HEAD -> reset(socket);
            case RESET_BEFORE_CONTENT -> {
                begin(socket, stream, ROLE, "{\"choices\":");
                reset(socket);
            }
            case RESET_AMID_CONTENT -> {
                begin(socket, stream, ROLE + CONTENT, "{\"choices\":[{\"index\":0,");
                reset(socket);
            }
            case GARBAGE -> whole(socket, "200 OK", "<html>not what was asked for</html>");
            case CUT_SHORT -> {
                begin(socket, stream, ROLE + CONTENT, JSON.substring(0, 40));
                socket.close();
            }
            case HANG -> {
                var unused = closing.await(2, TimeUnit.SECONDS);
                socket.close();
            }
        }
    }

    private static void answer(Socket socket, boolean stream) throws IOException {
        if (stream) {
            write(socket, head("text/event-stream") + chunk(ROLE) + chunk(CONTENT + END) + "0\r\n\r\n");
        } else {
            whole(socket, "200 OK", JSON);
        }
    }

    private static void begin(Socket socket, boolean stream, String frames, String json) throws IOException {
        write(socket, head(stream ? "text/event-stream" : "application/json") + chunk(stream ? frames : json));
    }

    private static String head(String type) {
        return "HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nTransfer-Encoding: chunked\r\n\r\n";
    }

    private static String chunk(String text) {
        return Integer.toHexString(text.length()) + "\r\n" + text + "\r\n";
    }

    private static void whole(Socket socket, String status, String body) throws IOException {
        write(
                socket,
                "HTTP/1.1 " + status + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length()
                        + "\r\n\r\n" + body);
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
    }

    private static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    /** One request, kept byte by byte before anything is made of it. */
    private String read(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int wanted = -1;
        byte[] piece = new byte[8192];
        while (wanted < 0 || bytes.size() < wanted) {
            int count = in.read(piece);
            if (count < 0) {
                throw new SocketException("closed");
            }
            synchronized (received) {
                received.write(piece, 0, count);
            }
            bytes.write(piece, 0, count);
            String text = bytes.toString(StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            if (wanted < 0 && end >= 0) {
                String head = text.substring(0, end).toLowerCase(Locale.ROOT) + "\r\n";
                int at = head.indexOf("content-length: ") + 16;
                wanted = end + 4 + Integer.parseInt(head.substring(at, head.indexOf('\r', at)));
            }
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
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
