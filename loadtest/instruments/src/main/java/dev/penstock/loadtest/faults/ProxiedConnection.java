package dev.penstock.loadtest.faults;

import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** Two sockets and what runs between them. */
final class ProxiedConnection {
    private final Socket client;
    private final Socket target;
    private final Tally tally;
    private final Consumer<ProxiedConnection> onEnd;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicInteger running;
    private final AtomicBoolean over = new AtomicBoolean();

    ProxiedConnection(
            Socket client, Socket target, Map<Pump, Line> pumps, Tally tally, Consumer<ProxiedConnection> onEnd) {
        this.client = client;
        this.target = target;
        this.tally = tally;
        this.onEnd = onEnd;
        this.running = new AtomicInteger(pumps.size());
        pumps.forEach((pump, line) -> {
            threads.add(Thread.ofVirtual().unstarted(() -> read(pump, line)));
            threads.add(Thread.ofVirtual().unstarted(() -> write(pump)));
        });
    }

    void start() {
        withoutDelay(client);
        withoutDelay(target);
        threads.forEach(Thread::start);
    }

    private void read(Pump pump, Line line) {
        try {
            try {
                pump.read();
            } catch (IOException broken) {
                line.awaitPassage(over::get); // where nothing passes, neither does this
                reset();
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(Pump pump) {
        try {
            if (!pump.write()) {
                resetOnPurpose();
            } else if (running.decrementAndGet() == 0) {
                end();
            }
        } catch (IOException broken) {
            reset();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** Resets both ends, and counts it where they were open. */
    void resetOnPurpose() {
        if (!over.get()) {
            tally.resets.increment();
        }
        reset();
    }

    /** One end has broken: the other hears of it in the same way. */
    void reset() {
        linger(client);
        linger(target);
        end();
    }

    private static void withoutDelay(Socket socket) {
        try {
            socket.setTcpNoDelay(true);
        } catch (IOException closed) {
            return; // as whoever reads from it or writes to it will find
        }
    }

    private static void linger(Socket socket) {
        try {
            socket.setSoLinger(true, 0); // closing then sends RST and no FIN
        } catch (IOException closed) {
            return; // and has been told already
        }
    }

    private void end() {
        if (over.compareAndSet(false, true)) {
            tally.ended.increment();
            close(client);
            close(target);
            threads.forEach(Thread::interrupt);
            onEnd.accept(this);
        }
    }

    static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException failed) {
            return; // and the descriptor is given back all the same
        }
    }
}
