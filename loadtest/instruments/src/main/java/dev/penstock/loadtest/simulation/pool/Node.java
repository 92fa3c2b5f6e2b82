package dev.penstock.loadtest.simulation.pool;

import dev.penstock.loadtest.simulation.clock.VirtualClock;
import dev.penstock.loadtest.simulation.engine.ApiShape;
import dev.penstock.loadtest.simulation.engine.Engine;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** A worker that runs: its engine, its link, and whether both are there. */
final class Node {
    private final VirtualClock clock;
    private final Member member;
    private final Engine engine;
    private final SplittableRandom random;
    private final Set<Attempt> attempts = new LinkedHashSet<>();
    private boolean up = true;
    private int cuts;
    private double extraRtt;

    /**
     * What a worker says of itself.
     *
     * @param load requests that it has; -1 where it says nothing, as a paid API
     * @param promptTokensLeft of them, prompt tokens that are still to be computed; -1 where it does not say
     * @param promptTokensDone prompt tokens computed since it began; -1 where it does not say
     */
    record Report(int load, int waiting, double memoryUse, long promptTokensLeft, long promptTokensDone) {}

    private static final Report SILENT = new Report(-1, 0, 0, -1, -1);

    Node(VirtualClock clock, Member member, SplittableRandom random) {
        this.clock = clock;
        this.member = member;
        this.random = random;
        this.engine = member.shape().engine(clock, random.split());
    }

    Member member() {
        return member;
    }

    Engine engine() {
        return engine;
    }

    int slot() {
        return member.worker().slot();
    }

    boolean up() {
        return up;
    }

    boolean linked() {
        return cuts == 0;
    }

    /** A round trip, drawn. */
    double drawRtt() {
        double spread = member.link().jitter() == 0 ? 1 : Math.exp(member.link().jitter() * random.nextGaussian());
        return (member.link().rttSeconds() + extraRtt) * spread;
    }

    /** What it says of itself; of its prompts only where that is asked for. */
    Report report(boolean prompts) {
        if (member.shape() instanceof ApiShape) {
            return SILENT;
        }
        return new Report(
                engine.load(),
                engine.waiting(),
                engine.memoryUse(),
                prompts ? engine.promptTokensLeft() : -1,
                prompts ? engine.promptTokensDone() : -1);
    }

    /** A request has arrived. */
    void take(Attempt attempt) {
        attempts.add(attempt);
        engine.submit(attempt.job());
    }

    void leave(Attempt attempt) {
        attempts.remove(attempt);
    }

    void drop(Attempt attempt) {
        attempts.remove(attempt);
        engine.cancel(attempt.job());
    }

    /** It dies; gives those whose requests it had. */
    List<Attempt> die() {
        up = false;
        engine.die();
        return taken();
    }

    void revive() {
        up = true;
    }

    /** Its link is cut; gives those who are cut off, of whom the engine hears as well. */
    List<Attempt> cut() {
        cuts++;
        attempts.forEach(attempt -> engine.cancel(attempt.job()));
        return taken();
    }

    private List<Attempt> taken() {
        List<Attempt> all = new ArrayList<>(attempts);
        attempts.clear();
        return all;
    }

    void mend() {
        cuts--;
    }

    void slow(double moreSeconds) {
        extraRtt = Math.max(0, extraRtt + moreSeconds);
    }

    VirtualClock clock() {
        return clock;
    }
}
