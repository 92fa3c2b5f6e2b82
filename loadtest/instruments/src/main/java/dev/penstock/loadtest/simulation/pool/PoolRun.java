package dev.penstock.loadtest.simulation.pool;

import dev.penstock.loadtest.simulation.clock.VirtualClock;
import dev.penstock.loadtest.simulation.trace.Trace;
import dev.penstock.routing.Affinity;
import dev.penstock.routing.Directory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;

/** One trace through one pool, from its first request until the last has ended. */
public final class PoolRun {
    private static final long SECOND = 1_000_000_000L;

    private final VirtualClock clock = new VirtualClock();
    private final Setup setup;
    private final Trace trace;
    private final Records records;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Gateway> gateways = new ArrayList<>();
    private final SplittableRandom arrivals;
    private final IntConsumer progress;

    private PoolRun(Setup setup, Trace trace, IntConsumer progress) {
        this.setup = setup;
        this.trace = trace;
        this.progress = progress;
        this.records = new Records(trace.size());
        SplittableRandom random = new SplittableRandom(setup.seed());
        // Apart from what policies draw: the same requests come to the same gateways whatever the policy.
        this.arrivals = random.split();
        SplittableRandom links = random.split();
        setup.members().forEach(member -> nodes.add(new Node(clock, member, links.split())));
        Directory directory =
                Directory.of(setup.members().stream().map(Member::worker).toList());
        for (int i = 0; i < setup.gateways(); i++) {
            gateways.add(new Gateway(clock, setup, directory, nodes, records, random.split()));
        }
    }

    /**
     * What came of it.
     *
     * @param records of every request
     * @param seconds from the start to the end of the last request
     * @param busySeconds of each worker by its slot
     * @param events that happened
     */
    @SuppressWarnings("ArrayRecordComponent") // handed over whole, never compared
    public record Result(Records records, double seconds, double[] busySeconds, long events) {}

    /** Runs it. */
    public static Result run(Setup setup, Trace trace) {
        return run(setup, trace, ended -> {});
    }

    /**
     * Runs it.
     *
     * @param progress hears now and then how many requests have come
     */
    public static Result run(Setup setup, Trace trace, IntConsumer progress) {
        return new PoolRun(setup, trace, progress).run();
    }

    private Result run() {
        if (trace.size() > 0) {
            arriveNext(0);
        }
        long every = setup.signals().everyNanos();
        for (Node node : nodes) {
            // Workers do not report in step.
            long phase = (long) (every * (node.slot() + 0.5) / nodes.size());
            clock.at(phase, () -> report(node));
        }
        gateways.forEach(gateway -> clock.at(every, () -> tick(gateway)));
        clock.at(SECOND, this::age);
        setup.disturbances().forEach(this::schedule);
        while (records.open() > 0 && clock.step()) {
            // Events bring about events.
        }
        if (records.open() > 0) {
            throw new IllegalStateException(records.open() + " requests never ended (expected: none)");
        }
        return new Result(
                records,
                clock.nowNanos() / 1e9,
                nodes.stream().mapToDouble(node -> node.engine().busySeconds()).toArray(),
                clock.happened());
    }

    private void arriveNext(int number) {
        clock.at(Math.max(clock.nowNanos(), trace.atNanos()[number]), () -> {
            if (number + 1 < trace.size()) {
                arriveNext(number + 1);
            }
            if (number % 1024 == 0) {
                progress.accept(number);
            }
            Gateway gateway = gateways.get(arrivals.nextInt(gateways.size()));
            boolean confined = arrivals.nextDouble() < setup.privateShare();
            gateway.arrive(new Request(
                    number,
                    clock.nowNanos(),
                    trace.promptTokens()[number],
                    trace.outputTokens()[number],
                    affinity(number),
                    confined));
        });
    }

    private Affinity affinity(int number) {
        long[] blocks = trace.blocks()[number];
        return blocks.length == 0 ? Affinity.NONE : new Affinity(0, blocks, trace.blockTokens());
    }

    private void report(Node node) {
        if (node.up() && node.linked()) {
            Node.Report report = node.report(setup.signals().prompts());
            for (Gateway gateway : gateways) {
                double rtt = node.drawRtt();
                long delay = setup.signals().delayNanos() + (long) (rtt * 1e9 / 2);
                clock.after(delay, () -> gateway.hear(node.slot(), report, rtt));
            }
        }
        clock.after(setup.signals().everyNanos(), () -> report(node));
    }

    private void tick(Gateway gateway) {
        gateway.tick();
        clock.after(setup.signals().everyNanos(), () -> tick(gateway));
    }

    private void age() {
        gateways.forEach(Gateway::age);
        clock.after(SECOND, this::age);
    }

    private void schedule(Disturbance disturbance) {
        for (int slot : disturbance.slots()) {
            Node node = nodes.get(slot);
            switch (disturbance) {
                case Disturbance.Death death -> {
                    clock.at(death.fromNanos(), () -> lost(node.die(), 0));
                    clock.at(death.untilNanos(), node::revive);
                }
                case Disturbance.Slow slow -> {
                    clock.at(slow.fromNanos(), () -> node.slow(slow.extraSeconds()));
                    clock.at(slow.untilNanos(), () -> node.slow(-slow.extraSeconds()));
                }
                case Disturbance.Cut cut -> {
                    long period = cut.periodNanos() == 0 ? cut.untilNanos() - cut.fromNanos() : cut.periodNanos();
                    for (long at = cut.fromNanos(); at < cut.untilNanos(); at += 2 * Math.max(1, period)) {
                        clock.at(at, () -> lost(node.cut(), SECOND));
                        clock.at(Math.min(cut.untilNanos(), at + period), node::mend);
                    }
                }
            }
        }
    }

    /** Connections that broke are noticed one way later; those that only went silent, when that has lasted. */
    private void lost(List<Attempt> attempts, long silence) {
        for (Attempt attempt : attempts) {
            clock.after(silence + (long) (attempt.rttSeconds * 1e9 / 2), () -> attempt.gateway.lost(attempt));
        }
    }
}
