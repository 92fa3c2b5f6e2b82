package dev.penstock.loadtest.generator;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Runs a plan. */
public final class LoadRun {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final LoadPlan plan;
    private final LoadProgress progress;
    private final List<Tally> tallies = new ArrayList<>();
    private final List<LoadLoop> loops = new ArrayList<>();
    private final List<LoadResult.Second> seconds = new ArrayList<>();
    private long rightBefore;
    private long failedBefore;

    private LoadRun(LoadPlan plan, LoadProgress progress) {
        this.plan = plan;
        this.progress = progress;
        Optional<TraceFile> trace = plan.arrivals() instanceof Arrivals.Trace from
                ? Optional.of(TraceFile.read(from.file()))
                : Optional.empty();
        for (int i = 0; i < plan.loops(); i++) {
            Tally tally = new Tally();
            tallies.add(tally);
            loops.add(new LoadLoop(plan, i, Schedule.of(plan, trace), tally));
        }
    }

    /**
     * Sends what the plan says and waits for its answers. Not to be called on an event loop.
     *
     * @param vertx with at least the plan's number of event loops
     * @throws java.io.UncheckedIOException when a trace file cannot be read
     * @throws IllegalArgumentException when a trace file is none, naming its line
     * @throws InterruptedException when interrupted; requests under way are then abandoned
     */
    public static LoadResult run(Vertx vertx, LoadPlan plan, LoadProgress progress) throws InterruptedException {
        return new LoadRun(plan, progress).run(vertx);
    }

    private LoadResult run(Vertx vertx) throws InterruptedException {
        List<String> deployed = new ArrayList<>();
        for (LoadLoop loop : loops) {
            deployed.add(vertx.deployVerticle(loop, new DeploymentOptions()).await());
        }
        try {
            follow();
        } catch (InterruptedException interrupted) {
            loops.forEach(LoadLoop::giveUp);
            throw interrupted;
        } finally {
            Future.join(deployed.stream().map(vertx::undeploy).toList()).await();
        }
        return new LoadResult(plan.length(), Tally.merged(tallies), Tally.mergedLag(tallies), List.copyOf(seconds));
    }

    private void follow() throws InterruptedException {
        long start = System.nanoTime();
        CountDownLatch over = new CountDownLatch(1);
        Future.join(loops.stream().map(loop -> loop.run(start)).toList()).onComplete(_ -> over.countDown());
        Duration planned = plan.warmUp().plus(plan.length());
        boolean done = false;
        while (!done) {
            long next = start + (seconds.size() + 1) * SECOND;
            done = over.await(Math.max(0, next - System.nanoTime()), TimeUnit.NANOSECONDS);
            second((int) Math.ceilDiv(planned.toMillis(), 1000), done);
        }
    }

    private void second(int planned, boolean over) {
        Histogram latency = Tally.histogram();
        tallies.forEach(tally -> latency.add(tally.second()));
        long right = tallies.stream().mapToLong(Tally::rightSoFar).sum();
        long failed = tallies.stream().mapToLong(Tally::failedSoFar).sum();
        long p50 = latency.getValueAtPercentile(50);
        long p99 = latency.getValueAtPercentile(99);
        seconds.add(new LoadResult.Second(right - rightBefore, failed - failedBefore, p50, p99));
        progress.second(new LoadProgress.State(
                seconds.size(),
                planned,
                right - rightBefore,
                failed - failedBefore,
                tallies.stream().mapToLong(Tally::inFlight).sum(),
                p50,
                p99,
                over));
        rightBefore = right;
        failedBefore = failed;
    }
}
