package dev.penstock.loadtest.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;

/** Loopback ports for programs that cannot choose one themselves; each is given once. */
public final class FreePorts {
    private final Set<Integer> given = new HashSet<>();

    /** A port that nobody listened on a moment ago. */
    public synchronized int next() throws IOException {
        while (true) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                if (given.add(socket.getLocalPort())) {
                    return socket.getLocalPort();
                }
            }
        }
    }
}
