package dev.penstock.loadtest.memory;

import dev.penstock.loadtest.bench.MockPace;
import dev.penstock.loadtest.generator.Arrivals;
import dev.penstock.loadtest.generator.Mix;
import dev.penstock.loadtest.generator.RequestShape;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** What there is to measure. */
final class Steps {
    /** Of the mock: tokens of 64 bytes, as fast as they go. */
    static final MockPace PACE = new MockPace(64, Duration.ZERO, false);

    /** From memory, by the very same request. */
    static final String HIT = "hit";
    /** {@code GET /v1/models}. */
    static final String TRIVIAL = "trivial";
    /** Relayed, past memory. */
    static final String RELAYED = "relayed";
    /** Of reworded questions, one by one. */
    static final String ONE_BY_ONE = "one by one";

    private static final Map<String, String> PAST_MEMORY = Map.of("Cache-Control", "no-store, no-cache");
    private static final Map<String, String> NOT_KEPT = Map.of("Cache-Control", "no-store");
    private static final int BODY_BYTES = 1024;
    private static final int TOKENS = 12;
    private static final int PROMPTS = 64;
    static final int MOST_PROMPTS = 65_536;
    private static final int UNSEEN = 4_000;
    private static final double RATE = 20;
    /** The seed of the questions that are known. */
    private static final long KNOWN = 1;

    private Steps() {}

    /** All of them, in the order in which they run. */
    static List<Step> all(MemoryPlan plan) {
        IntFunction<RequestShape> reworded =
                round -> RequestShape.of(MockPace.MODEL, TOKENS, Wordings.reworded(KNOWN, plan.questions()));
        IntFunction<RequestShape> unseen =
                round -> RequestShape.of(MockPace.MODEL, TOKENS, Wordings.questions(KNOWN + 2 + round, UNSEEN));
        IntFunction<RequestShape> fresh = round -> made(MOST_PROMPTS);
        Arrivals saturating = new Arrivals.Saturating();
        Arrivals slow = new Arrivals.Constant(RATE);
        return List.of(
                exact(Group.EXACT_64, HIT, 64, Mix.CHAT, Map.of()),
                exact(Group.EXACT_64, TRIVIAL, 64, Mix.MODELS, Map.of()),
                exact(Group.EXACT_64, RELAYED, 64, Mix.CHAT, PAST_MEMORY),
                exact(Group.EXACT_1, HIT, 1, Mix.CHAT, Map.of()),
                exact(Group.EXACT_1, TRIVIAL, 1, Mix.MODELS, Map.of()),
                exact(Group.EXACT_1, RELAYED, 1, Mix.CHAT, PAST_MEMORY),
                new Step(Group.SEMANTIC, ONE_BY_ONE, Subject.SEMANTIC, saturating, 1, Mix.CHAT, reworded, NOT_KEPT),
                new Step(Group.SEMANTIC, "20/s", Subject.SEMANTIC, slow, 16, Mix.CHAT, reworded, NOT_KEPT),
                miss(Subject.PLAIN, slow, unseen),
                miss(Subject.SEMANTIC, slow, unseen),
                miss(Subject.SPECULATIVE, slow, unseen),
                store(Subject.PLAIN, saturating, fresh),
                store(Subject.EXACT, saturating, fresh));
    }

    /** What makes the questions known. */
    static RequestShape questions(MemoryPlan plan) {
        return RequestShape.of(MockPace.MODEL, TOKENS, Wordings.questions(KNOWN, plan.questions()));
    }

    private static Step exact(Group group, String id, int connections, Mix mix, Map<String, String> headers) {
        return new Step(
                group, id, Subject.EXACT, new Arrivals.Saturating(), connections, mix, round -> made(PROMPTS), headers);
    }

    private static Step miss(Subject subject, Arrivals arrivals, IntFunction<RequestShape> shape) {
        return new Step(Group.MISS, subject.label(), subject, arrivals, 16, Mix.STREAM, shape, Map.of());
    }

    private static Step store(Subject subject, Arrivals arrivals, IntFunction<RequestShape> shape) {
        return new Step(Group.STORE, subject.label(), subject, arrivals, 64, Mix.CHAT, shape, Map.of());
    }

    private static RequestShape made(int prompts) {
        return new RequestShape(MockPace.MODEL, MockPace.MODEL, BODY_BYTES, TOKENS, prompts);
    }
}
