package dev.penstock.loadtest.simulation.pool;

import dev.penstock.loadtest.simulation.clock.VirtualClock;
import dev.penstock.loadtest.simulation.engine.ApiShape;
import dev.penstock.loadtest.simulation.engine.Job;
import dev.penstock.routing.Capability;
import dev.penstock.routing.Constraints;
import dev.penstock.routing.DataClass;
import dev.penstock.routing.Directory;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.NoCandidate;
import dev.penstock.routing.Operation;
import dev.penstock.routing.Placement;
import dev.penstock.routing.Price;
import dev.penstock.routing.RoutePlan;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.RoutingDecision;
import dev.penstock.routing.RoutingPolicy;
import dev.penstock.routing.Worker;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A gateway: plans with the policy, waits where all are busy, counts at dispatch, tries again what failed before its first
 * token, and learns.
 */
final class Gateway {
    private static final int MAX_ATTEMPTS = 3;
    private static final int MAX_FAILURES = 4;
    /** Until a dial that nobody answers is given up, and until a connection that went silent is. */
    private static final long SILENCE_NANOS = 1_000_000_000L;

    private static final long FULL_NANOS = 1_000_000_000L;
    private static final Set<Capability> CHAT = Set.of(Capability.CHAT);
    private static final Constraints CONFINED = new Constraints(
            DataClass.PRIVATE,
            Placement.EDGE_ONLY,
            Optional.empty(),
            OptionalDouble.empty(),
            Optional.empty(),
            OptionalDouble.empty());

    private final VirtualClock clock;
    private final Setup setup;
    private final Directory directory;
    private final List<Node> nodes;
    private final Records records;
    private final RoutingPolicy policy;
    private final Learning learning;
    private final LoadSignals load;
    private final SplittableRandom random;
    private final WaitingLine line = new WaitingLine();

    Gateway(
            VirtualClock clock,
            Setup setup,
            Directory directory,
            List<Node> nodes,
            Records records,
            SplittableRandom random) {
        this.clock = clock;
        this.setup = setup;
        this.directory = directory;
        this.nodes = nodes;
        this.records = records;
        this.policy = setup.policy().get();
        this.learning = setup.learning().get();
        this.load = new LoadSignals(clock, learning, nodes.size());
        this.random = random;
        nodes.forEach(node -> load.measured(node.slot(), node.member().link().rttSeconds()));
    }

    void arrive(Request request) {
        request.demand = learning.demand(setup.models().getFirst().model(), request.promptTokens);
        if (!line.blocks(request) && place(request)) {
            return;
        }
        if (line.size() >= setup.queueLength()) {
            refuse(request);
            return;
        }
        wait(request);
        clock.after(setup.queueNanos(), () -> {
            if (request.queued) {
                request.queued = false;
                line.remove(request);
                refuse(request);
            }
        });
    }

    private void wait(Request request) {
        request.queued = true;
        line.add(request);
    }

    /** Plans it and sends it; false where it has to wait. */
    private boolean place(Request request) {
        RoutingDecision decision = policy.select(context(request), directory, load);
        return switch (decision) {
            case RoutePlan plan -> {
                request.queued = false;
                request.plan = plan.attempts();
                request.next = 0;
                sendNext(request);
                yield true;
            }
            case NoCandidate.AllBusy busy -> false;
            case NoCandidate nobody -> {
                request.queued = false;
                refuse(request);
                yield true;
            }
        };
    }

    private RoutingContext context(Request request) {
        return new RoutingContext(
                Operation.CHAT,
                List.of(setup.models()),
                CHAT,
                1,
                request.demand,
                request.confined ? CONFINED : Constraints.NONE,
                setup.worth(),
                request.affinity,
                MAX_ATTEMPTS,
                clock.nowNanos(),
                random);
    }

    private void refuse(Request request) {
        request.over = true;
        if (request.failures > 0) {
            records.failed(request.number);
        } else {
            records.refused(request.number);
        }
    }

    private void sendNext(Request request) {
        RoutePlan.Attempt planned = request.plan.get(request.next++);
        send(request, planned);
        if (request.next < request.plan.size()
                && request.plan.get(request.next).start() instanceof RoutePlan.Start.Hedge hedge) {
            int expected = request.next;
            clock.after(hedge.delay().toNanos(), () -> {
                if (!request.over && request.firstTokenNanos < 0 && request.next == expected && !request.queued) {
                    RoutePlan.Attempt second = request.plan.get(expected);
                    if (usable(second.worker())) {
                        sendNext(request);
                    }
                }
            });
        }
    }

    private boolean usable(Worker worker) {
        return load.available(worker.slot()) && load.hasRoom(worker, 1);
    }

    private void send(Request request, RoutePlan.Attempt planned) {
        Worker worker = planned.worker();
        int slot = worker.slot();
        Node node = nodes.get(slot);
        Attempt attempt = attempt(request, planned, node);
        request.attempts.add(attempt);
        load.begin(slot, attempt.uncachedTokens, attempt.expectedTokens);
        learning.sent(worker, planned.model().id(), request.affinity, clock.nowNanos());
        records.sent(request.number, (clock.nowNanos() - request.atNanos) / 1e9);
        clock.after(oneWay(attempt), () -> {
            if (attempt.over) {
                return;
            }
            if (!node.linked()) {
                clock.after(SILENCE_NANOS, () -> lost(attempt));
            } else if (!node.up()) {
                clock.after(oneWay(attempt), () -> lost(attempt));
            } else {
                node.take(attempt);
            }
        });
    }

    private Attempt attempt(Request request, RoutePlan.Attempt planned, Node node) {
        int slot = node.slot();
        // The listener is the attempt's, which is made with it: it is asked for once the job runs.
        Attempt[] self = new Attempt[1];
        Job.Listener listener = new Job.Listener() {
            @Override
            public void started() {
                self[0].started = true;
                clock.after(oneWay(self[0]), () -> firstToken(self[0]));
            }

            @Override
            public void ended() {
                node.leave(self[0]);
                Node.Report report = node.report(setup.signals().prompts());
                clock.after(oneWay(self[0]), () -> answered(self[0], report));
            }

            @Override
            public void refused() {
                node.leave(self[0]);
                clock.after(oneWay(self[0]), () -> tooMany(self[0]));
            }
        };
        self[0] = new Attempt(
                this,
                request,
                node,
                planned.model(),
                node.drawRtt(),
                load.ahead(slot),
                load.inFlight(slot) + load.foreignLoad(slot),
                request.promptTokens - cachedTokens(request, planned.model().id(), slot),
                listener);
        return self[0];
    }

    /** Of its prompt, what this gateway takes the worker to have. */
    private double cachedTokens(Request request, ModelId model, int slot) {
        double blocks = learning.blocksAt(slot, model, request.affinity);
        return Math.min(request.promptTokens, blocks * request.affinity.blockTokens());
    }

    private static long oneWay(Attempt attempt) {
        return (long) (attempt.rttSeconds * 1e9 / 2);
    }

    private void firstToken(Attempt attempt) {
        if (attempt.over) {
            return;
        }
        Request request = attempt.request;
        attempt.heard = true;
        load.firstToken(attempt.node.slot(), attempt.uncachedTokens);
        attempt.promptsDoneAtFirst = load.promptTokensDone(attempt.node.slot());
        if (request.firstTokenNanos < 0) {
            request.firstTokenNanos = clock.nowNanos();
            for (Attempt other : request.attempts) {
                if (other != attempt && !other.over) {
                    abandon(other);
                }
            }
        }
    }

    /** The race is lost: whoever runs it hears of that a moment later, and is paid for what it did. */
    private void abandon(Attempt attempt) {
        end(attempt);
        clock.after(oneWay(attempt), () -> {
            bill(attempt);
            attempt.node.drop(attempt);
        });
    }

    private void end(Attempt attempt) {
        if (!attempt.heard) {
            load.firstToken(attempt.node.slot(), attempt.uncachedTokens);
        }
        attempt.over = true;
        load.end(attempt.node.slot(), attempt.expectedTokens);
    }

    private void answered(Attempt attempt, Node.Report report) {
        if (attempt.over) {
            return;
        }
        Request request = attempt.request;
        end(attempt);
        bill(attempt);
        request.over = true;
        records.answered(attempt, clock.nowNanos());
        load.measured(attempt.node.slot(), attempt.rttSeconds);
        if (setup.signals().onAnswer()) {
            load.report(attempt.node.slot(), report);
        }
        learn(attempt);
        room();
    }

    private void learn(Attempt attempt) {
        int slot = attempt.node.slot();
        double first = (attempt.request.firstTokenNanos - attempt.sentNanos) / 1e9 - attempt.rttSeconds;
        double total = (clock.nowNanos() - attempt.sentNanos) / 1e9 - attempt.rttSeconds;
        double after = load.inFlight(slot) + load.foreignLoad(slot);
        learning.answered(
                new Learning.Answer(
                        attempt.node.member().worker(),
                        attempt.model,
                        attempt.request.promptTokens,
                        attempt.job().cachedTokens(),
                        attempt.request.outputTokens,
                        Math.max(0, first),
                        Math.max(0, total),
                        Math.max(0, load.promptTokensDone(slot) - attempt.promptsDoneAtFirst)),
                attempt.pendingBefore,
                (attempt.loadBefore + after) / 2 + 1,
                clock.nowNanos());
    }

    private void bill(Attempt attempt) {
        if (!attempt.billed && attempt.started && attempt.node.member().shape() instanceof ApiShape) {
            attempt.billed = true;
            Price price = attempt.model.price().orElse(Price.FREE);
            records.billed(
                    attempt.request.number,
                    price.dollars(
                            attempt.request.promptTokens,
                            attempt.job().cachedTokens(),
                            attempt.job().generated(),
                            0));
        }
    }

    /** It said that it has too many. */
    private void tooMany(Attempt attempt) {
        if (attempt.over) {
            return;
        }
        end(attempt);
        int slot = attempt.node.slot();
        load.saidFull(slot, attempt.node.member().worker().capacity());
        clock.after(FULL_NANOS, () -> {
            load.fullNoLonger(slot);
            room();
        });
        again(attempt.request);
    }

    /** Its worker or the link to it is gone. */
    void lost(Attempt attempt) {
        if (attempt.over) {
            return;
        }
        end(attempt);
        bill(attempt);
        gone(attempt.node);
        again(attempt.request);
    }

    private void gone(Node node) {
        load.gone(node.slot());
        learning.lost(node.member().worker());
    }

    /** Invisible to the client before the first token; not after it. */
    private void again(Request request) {
        if (request.over || request.attempts.stream().anyMatch(attempt -> !attempt.over)) {
            return;
        }
        request.failures++;
        if (request.firstTokenNanos >= 0 || request.failures > MAX_FAILURES) {
            refuse(request);
            return;
        }
        while (request.next < request.plan.size()) {
            if (usable(request.plan.get(request.next).worker())) {
                sendNext(request);
                return;
            }
            request.next++;
        }
        if (!place(request)) {
            request.queued = true;
            line.addFirst(request);
            clock.after(setup.queueNanos(), () -> {
                if (request.queued) {
                    request.queued = false;
                    line.remove(request);
                    refuse(request);
                }
            });
        }
    }

    void hear(int slot, Node.Report report, double rttSeconds) {
        load.measured(slot, rttSeconds);
        if (load.report(slot, report)) {
            room();
        }
    }

    /** About every report's interval. */
    void tick() {
        for (Node node : nodes) {
            if (load.silent(node.slot(), setup.signals().leaseNanos())) {
                gone(node);
            }
            load.measureRate(node.slot());
        }
    }

    void age() {
        learning.age(directory, clock.nowNanos());
    }

    private void room() {
        line.serve(this::place);
    }
}
