package dev.penstock.loadtest.generator;

import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One event loop's share of a run: sends what is due, over connections that it opens as they are needed, and counts what
 * comes back.
 */
final class LoadLoop extends VerticleBase {
    private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final LoadPlan plan;
    private final int index;
    private final Schedule schedule;
    private final Questions questions;
    private final Tally tally;
    private final int maxConnections;
    private final Promise<Void> over = Promise.promise();

    private final ArrayDeque<Connection> idle = new ArrayDeque<>();
    private final ArrayDeque<Exchange> waiting = new ArrayDeque<>();
    /** Those on a connection, in the order in which they were due; those that are over leave it when they come to its head. */
    private final ArrayDeque<Exchange> due = new ArrayDeque<>();

    private int connections;
    private int connecting;
    private long inFlight;
    private boolean scheduled;
    private boolean stopped;

    private NetClient client;
    private EventExecutor timer;
    private long startNanos;
    private long countFrom;
    private long endNanos;

    @SuppressWarnings("NullAway.Init") // client and timer are there once it is deployed
    LoadLoop(LoadPlan plan, int index, Schedule schedule, Tally tally) {
        this.plan = plan;
        this.index = index;
        this.schedule = schedule;
        this.questions = new Questions(plan);
        this.tally = tally;
        int share = plan.connections() / plan.loops();
        this.maxConnections = Math.max(1, share + (index < plan.connections() % plan.loops() ? 1 : 0));
    }

    @Override
    public Future<?> start() {
        client = vertx.createNetClient(new NetClientOptions()
                .setConnectTimeout(5_000)
                .setTcpNoDelay(true)
                .setSsl(plan.target().getScheme().equals("https"))
                .setHostnameVerificationAlgorithm("HTTPS"));
        timer = ((ContextInternal) context).nettyEventLoop();
        return Future.succeededFuture();
    }

    /** Begins at a moment of {@link System#nanoTime}; completes when all that was due has been answered or given up. */
    Future<Void> run(long at) {
        context.runOnContext(_ -> begin(at));
        return over.future();
    }

    /** Gives up on everything under way. */
    void giveUp() {
        context.runOnContext(_ -> {
            stopped = true;
            due.forEach(Exchange::abandon);
            List.copyOf(idle).forEach(Connection::abandon);
            over.tryComplete();
        });
    }

    /** Vert.x's own timers count in milliseconds, which would be the latency that is measured. */
    private void after(long nanos, Runnable task) {
        var unused = timer.schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    private boolean saturating() {
        return plan.arrivals() instanceof Arrivals.Saturating;
    }

    private void begin(long at) {
        startNanos = at;
        countFrom = at + plan.warmUp().toNanos();
        endNanos = countFrom + plan.length().toNanos();
        for (int skipped = 0; skipped < index; skipped++) {
            schedule.next();
        }
        if (saturating()) {
            for (int i = 0; i < maxConnections; i++) {
                ask(System.nanoTime());
            }
        } else {
            sendDue(next());
        }
        sweep();
    }

    /** The next of this loop's own: each loop has every n-th. */
    private Optional<Due> next() {
        Optional<Due> own = schedule.next();
        for (int skipped = 1; skipped < plan.loops(); skipped++) {
            schedule.next();
        }
        return own;
    }

    /** Sends all that is due, and comes back for the next. */
    private void sendDue(Optional<Due> first) {
        Optional<Due> next = first;
        long now = System.nanoTime();
        while (next.isPresent() && startNanos + next.get().atNanos() <= now && !stopped) {
            enter(next.get(), startNanos + next.get().atNanos());
            next = next();
        }
        Optional<Due> later = next;
        if (later.isPresent() && !stopped) {
            after(startNanos + later.get().atNanos() - now, () -> sendDue(later));
        } else {
            scheduled = true;
            endIfDone();
        }
    }

    /** One request of a saturating run, now. */
    private void ask(long now) {
        Optional<Due> request = now < endNanos && !stopped ? schedule.next() : Optional.empty();
        if (request.isPresent()) {
            enter(request.get(), now);
        } else {
            scheduled = true;
            endIfDone();
        }
    }

    private void enter(Due request, long dueNanos) {
        Exchange exchange = new Exchange(questions.of(request), dueNanos, dueNanos >= countFrom);
        tally.due();
        inFlight++;
        due.add(exchange);
        Connection connection = idle.pollLast();
        if (connection != null) {
            send(connection, exchange);
            return;
        }
        waiting.add(exchange);
        if (connections + connecting < maxConnections && connecting < waiting.size()) {
            connect();
        }
    }

    private void connect() {
        connecting++;
        int port = plan.target().getPort() >= 0
                ? plan.target().getPort()
                : plan.target().getScheme().equals("https") ? 443 : 80;
        client.connect(port, plan.target().getHost()).onComplete(connected -> {
            connecting--;
            if (stopped) {
                if (connected.succeeded()) {
                    connected.result().close();
                }
                return;
            }
            if (connected.succeeded()) {
                connections++;
                free(new Connection(connected.result(), this));
            } else {
                Exchange refused = waiting.poll();
                if (refused != null) {
                    failed(refused, Failure.CONNECT);
                }
            }
        });
    }

    private void send(Connection connection, Exchange exchange) {
        exchange.sentOn(connection);
        connection.send(exchange);
        tally.written(exchange.counts(), System.nanoTime() - exchange.dueNanos());
    }

    /** A connection takes a request. */
    void free(Connection connection) {
        Exchange next = waiting.poll();
        while (next != null && next.over()) {
            next = waiting.poll();
        }
        if (next == null) {
            idle.add(connection);
        } else {
            send(connection, next);
        }
    }

    /** A connection has ended; others that wait need one in its place. */
    void gone(Connection connection) {
        connections--;
        idle.remove(connection);
        if (!waiting.isEmpty() && !stopped) {
            connect();
        }
    }

    void right(Exchange exchange) {
        if (!exchange.end()) {
            return;
        }
        long now = System.nanoTime();
        // What a saturating run counts is what was answered within its time.
        boolean counts = exchange.counts() && (!saturating() || now <= endNanos);
        tally.right(
                counts,
                exchange.question().kind(),
                exchange.timing(now),
                exchange.bodyBytes(),
                exchange.check(),
                plan.slo());
        ended(now);
    }

    void failed(Exchange exchange, Failure failure) {
        if (!exchange.end()) {
            return;
        }
        tally.failed(exchange.counts(), exchange.question().kind(), failure);
        if (saturating() && failure == Failure.CONNECT) {
            // Nobody listens: not as fast as that can be found out.
            inFlight--;
            after(RETRY_NANOS, () -> ask(System.nanoTime()));
            return;
        }
        ended(System.nanoTime());
    }

    private void ended(long now) {
        inFlight--;
        if (saturating()) {
            ask(now);
        } else {
            endIfDone();
        }
    }

    private void endIfDone() {
        if (scheduled && inFlight == 0 && !over.future().isComplete()) {
            List.copyOf(idle).forEach(Connection::abandon);
            over.tryComplete();
        }
    }

    /** Gives up on what takes too long. */
    private void sweep() {
        long now = System.nanoTime();
        for (Exchange head = due.peek();
                head != null
                        && (head.over()
                                || now - head.dueNanos() > plan.requestTimeout().toNanos());
                head = due.peek()) {
            due.poll();
            if (!head.over()) {
                boolean sent = head.sent();
                head.abandon();
                failed(head, sent ? Failure.TIMEOUT : Failure.NOT_SENT);
            }
        }
        if (!over.future().isComplete()) {
            after(SWEEP_NANOS, this::sweep);
        }
    }
}
