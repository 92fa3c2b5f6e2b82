package dev.penstock.loadtest.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * A TCP proxy between who connects and a target, whose faults may change while connections are open. It keeps back what
 * the other end does not take, passes on ends and resets as they are, and reads ahead by half a MiB at most for each
 * direction of a connection.
 *
 * <p>Thread safe. What it draws (jitter, flipped bits) follows from its seed, the number of the connection and the bytes.
 */
public final class FaultProxy implements AutoCloseable {
    private static final int BACKLOG = 1024;
    private static final int CONNECT_MILLIS = 2000;
    private static final long ACCEPT_PAUSE_NANOS = 5_000_000;

    private final ServerSocket listener;
    private final Supplier<List<InetSocketAddress>> targets;
    private final long seed;
    private final Map<Direction, Line> lines = Map.of(Direction.TO_TARGET, new Line(), Direction.TO_CLIENT, new Line());
    private final Tally tally = new Tally();
    private final AtomicLong numbers = new AtomicLong();
    private final Set<ProxiedConnection> open = ConcurrentHashMap.newKeySet();

    private FaultProxy(ServerSocket listener, Supplier<List<InetSocketAddress>> targets, long seed) {
        this.listener = listener;
        this.targets = targets;
        this.seed = seed;
    }

    /**
     * Starts a proxy without faults.
     *
     * @param listen where it takes connections; port 0 takes a free one
     * @param target where it passes them on to; need not be there yet
     * @throws IOException when the port is taken, or the address is none of this machine's
     */
    public static FaultProxy start(InetSocketAddress listen, InetSocketAddress target, long seed) throws IOException {
        return start(listen, () -> List.of(target), seed);
    }

    /**
     * Starts a proxy without faults, whose target is chosen for each connection.
     *
     * @param targets asked for each connection: the first of them that can be reached takes it
     * @throws IOException when the port is taken, or the address is none of this machine's
     */
    public static FaultProxy start(InetSocketAddress listen, Supplier<List<InetSocketAddress>> targets, long seed)
            throws IOException {
        ServerSocket listener = new ServerSocket();
        boolean bound = false;
        try {
            listener.setReuseAddress(true);
            listener.bind(listen, BACKLOG);
            bound = true;
        } finally {
            if (!bound) {
                listener.close();
            }
        }
        FaultProxy proxy = new FaultProxy(listener, targets, seed);
        Thread.ofVirtual().start(proxy::accept);
        return proxy;
    }

    /**
     * Starts a proxy on loopback, on a free port.
     *
     * @throws IOException when there is none
     */
    public static FaultProxy start(int targetPort, long seed) throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        return start(new InetSocketAddress(loopback, 0), new InetSocketAddress(loopback, targetPort), seed);
    }

    /** The port it listens on. */
    public int port() {
        return listener.getLocalPort();
    }

    /** Sets what is wrong from now on, with both directions, in place of what was. */
    public void set(Fault... faults) {
        for (Direction direction : Direction.values()) {
            set(direction, List.of(faults));
        }
    }

    /** Sets what is wrong from now on with one direction, in place of what was. */
    public void set(Direction direction, List<Fault> faults) {
        if (line(direction).set(faults).resetAfter() == 0) {
            resetAll();
        }
    }

    /** Nothing is wrong from now on. */
    public void clear() {
        set();
    }

    /** Resets the connections that are open. */
    public void resetAll() {
        open.forEach(ProxiedConnection::resetOnPurpose);
    }

    /** What it has done so far. */
    public ProxyCounters counters() {
        return tally.counters();
    }

    private Line line(Direction direction) {
        Line line = lines.get(direction);
        if (line == null) {
            throw new IllegalArgumentException("direction: " + direction);
        }
        return line;
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                tally.accepted.increment();
                long number = numbers.incrementAndGet();
                Thread.ofVirtual().start(() -> connect(client, number));
            } catch (IOException e) {
                // Closed, which ends the loop; or no descriptor is free, and one may be in a moment.
                LockSupport.parkNanos(ACCEPT_PAUSE_NANOS);
            }
        }
    }

    private void connect(Socket client, long number) {
        Optional<Socket> reached = reach();
        if (reached.isEmpty()) {
            tally.unreached.increment();
            new ProxiedConnection(client, new Socket(), Map.of(), tally, _ -> {}).reset();
            return;
        }
        Socket far = reached.get();
        Map<Pump, Line> pumps = new LinkedHashMap<>();
        pumps.put(pump(Direction.TO_TARGET, client, far, number), line(Direction.TO_TARGET));
        pumps.put(pump(Direction.TO_CLIENT, far, client, number), line(Direction.TO_CLIENT));
        ProxiedConnection connection = new ProxiedConnection(client, far, pumps, tally, open::remove);
        open.add(connection);
        if (lines.values().stream().anyMatch(line -> line.conditions().resetAfter() == 0)) {
            connection.resetOnPurpose();
        } else if (listener.isClosed()) {
            connection.reset();
        } else {
            connection.start();
        }
    }

    private Optional<Socket> reach() {
        for (InetSocketAddress target : targets.get()) {
            Socket far = new Socket();
            try {
                far.connect(target, CONNECT_MILLIS);
                return Optional.of(far);
            } catch (IOException unreached) {
                ProxiedConnection.close(far);
            }
        }
        return Optional.empty();
    }

    private Pump pump(Direction direction, Socket from, Socket to, long number) {
        long own = seed + 0x9e3779b97f4a7c15L * (direction == Direction.TO_TARGET ? 2 * number : 2 * number + 1);
        return new Pump(direction, from, to, line(direction), tally, own);
    }

    /** Takes no more connections, and resets those that are open. */
    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        open.forEach(ProxiedConnection::reset);
    }
}
