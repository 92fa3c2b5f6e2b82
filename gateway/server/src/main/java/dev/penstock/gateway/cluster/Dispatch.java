package dev.penstock.gateway.cluster;

import dev.penstock.gateway.pipeline.Fleet.WorkerLease;
import dev.penstock.gateway.pipeline.Work;
import dev.penstock.routing.Outcome;
import dev.penstock.routing.TokenUsage;
import dev.penstock.routing.Worker;
import dev.penstock.routing.learning.Sample;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A request at a worker: what it weighs there until its first token and until its end, and what its end teaches. The tokens
 * of its prompt that are to be computed count until the first token; those it is expected to generate until the end.
 */
final class Dispatch implements WorkerLease {
    private static final int WAITING = 0;
    private static final int GENERATING = 1;
    private static final int ENDED = 2;

    /** Is told the end, once. */
    @FunctionalInterface
    interface End {
        void end(WorkerEntry entry, int places, Outcome outcome);
    }

    private final WorkerEntry entry;
    private final Worker worker;
    private final Work work;
    private final LoadBoard board;
    private final Learning learning;
    private final End end;
    private final AtomicInteger state = new AtomicInteger(WAITING);
    private final double sentTokens;
    private final double pendingBefore;
    private final long promptTokens;
    private final long outputTokens;
    private final int batch;
    /** Of all prompts at the worker, the tokens computed when this one's were; forecast until its first token comes. */
    private volatile double computedWithOurs;

    /** Counts the request in; its places are counted already. */
    Dispatch(WorkerEntry entry, Work work, LoadBoard board, Learning learning, End end) {
        this.entry = entry;
        this.worker = entry.worker;
        this.work = work;
        this.board = board;
        this.learning = learning;
        this.end = end;
        sentTokens = learning.sentTokens(entry.slot, work);
        pendingBefore = board.ahead(entry.slot);
        double cached = learning.reuse().believed(entry.slot) ? sentTokens : 0;
        promptTokens = Math.round(work.demand().promptTokens() - cached);
        outputTokens = Math.round(work.demand().expectedTokens());
        batch = running();
        computedWithOurs = board.promptTokensDone(entry.slot) + pendingBefore + promptTokens;
        board.sent(entry.slot, promptTokens, outputTokens);
        learning.prefixes().sent(entry.slot, work.model().id(), work.affinity());
    }

    private int running() {
        return board.inFlight(entry.slot) + board.foreignLoad(entry.slot);
    }

    @Override
    public void firstToken() {
        if (state.compareAndSet(WAITING, GENERATING)) {
            board.promptEnded(entry.slot, promptTokens, true);
            computedWithOurs = board.promptTokensDone(entry.slot);
            learning.forecasts().began(worker, work.model(), board.nowNanos());
        }
    }

    @Override
    public void end(Outcome outcome) {
        int before = state.getAndSet(ENDED);
        if (before == ENDED) {
            return;
        }
        board.outputEnded(entry.slot, outputTokens);
        if (before == WAITING) {
            board.promptEnded(entry.slot, promptTokens, outcome instanceof Outcome.Succeeded);
        }
        if (outcome instanceof Outcome.Succeeded succeeded) {
            learn(succeeded, before == GENERATING);
        } else if (outcome instanceof Outcome.Failed failed && costsTime(failed.failure())) {
            learning.forecasts().failed(worker, work.model(), seconds(failed.total()), board.nowNanos());
        }
        end.end(entry, work.places(), outcome);
    }

    /** Whether the worker ran it in vain. One that was never sent, or declined, has cost next to nothing. */
    private static boolean costsTime(Outcome.FailureClass failure) {
        return switch (failure) {
            case FIRST_TOKEN_TIMEOUT, STALLED, RESET, PROTOCOL, SERVER_ERROR -> true;
            case CONNECT, DEADLINE, OVERLOADED, DECLINED -> false;
        };
    }

    /** The first token of an answer that came whole was not seen. */
    private void learn(Outcome.Succeeded succeeded, boolean firstSeen) {
        TokenUsage usage = succeeded.usage();
        double link = board.linkSeconds(entry.slot);
        double prompt = usage.estimated() ? work.demand().promptTokens() : usage.promptTokens();
        double total = Math.max(0, seconds(succeeded.total()) - link);
        double first = firstSeen ? Math.clamp(seconds(succeeded.timeToFirstByte()) - link, 0, total) : Double.NaN;
        double cached = learning.reuse()
                .cachedTokens(
                        entry.slot,
                        learning.forecasts().of(worker, work.model()),
                        Math.min(sentTokens, prompt),
                        (double) usage.cachedTokens(),
                        prompt + pendingBefore,
                        first);
        learning.forecasts()
                .observe(
                        worker,
                        work.model(),
                        new Sample(
                                prompt,
                                Math.min(cached, prompt),
                                Math.ceil((double) usage.completionTokens() / work.places()),
                                first,
                                total,
                                Math.max(1, (batch + running()) / 2.0),
                                pendingBefore,
                                board.nowNanos(),
                                Math.max(0, board.promptTokensDone(entry.slot) - computedWithOurs)));
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
