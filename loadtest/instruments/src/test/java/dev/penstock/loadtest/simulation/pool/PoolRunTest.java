package dev.penstock.loadtest.simulation.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.loadtest.simulation.engine.ApiShape;
import dev.penstock.loadtest.simulation.engine.EngineShape;
import dev.penstock.loadtest.simulation.pool.Records.Ending;
import dev.penstock.loadtest.simulation.trace.Arrivals;
import dev.penstock.loadtest.simulation.trace.Synthetic;
import dev.penstock.loadtest.simulation.trace.Synthetic.Like;
import dev.penstock.loadtest.simulation.trace.Trace;
import dev.penstock.routing.Site;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class PoolRunTest {
    private static final long SECOND = 1_000_000_000L;
    private static final EngineShape ENGINE = new EngineShape(0.01, 1e-4, 0.01, 2, 16, 512, 65_536);

    /** Exponential times between requests and of service: a token takes a millisecond, whatever else runs. */
    private static Trace markov(int size, double rate, double meanTokens, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        long[] at = new long[size];
        int[] prompt = new int[size];
        int[] output = new int[size];
        double now = 0;
        for (int i = 0; i < size; i++) {
            now += -Math.log(1 - random.nextDouble()) / rate;
            at[i] = (long) (now * 1e9);
            prompt[i] = 1;
            output[i] = (int) Math.max(1, Math.round(-Math.log(1 - random.nextDouble()) * meanTokens));
        }
        long[][] none = new long[size][0];
        return new Trace("markov", at, prompt, output, none, 512);
    }

    private static EngineShape servers(int count) {
        return new EngineShape(0, 0, 0.001, 1, count, 2048, 1 << 30);
    }

    /** The probability that one who comes has to wait, of c servers at the utilisation rho. */
    private static double erlangC(int c, double rho) {
        double term = 1;
        double sum = 1;
        for (int k = 1; k < c; k++) {
            term *= c * rho / k;
            sum += term;
        }
        double last = term * c * rho / c / (1 - rho);
        return last / (sum + last);
    }

    @Test
    void waitsAreErlangsInAnEngineThatRunsFourAtOnce() {
        double rho = 0.8;
        Trace trace = markov(150_000, 4 * rho, 1000, 1);
        List<Member> members = List.of(Pools.member(0, servers(4), 1_000_000, Site.Kind.EDGE, 0, 0));
        assertWaits(PoolRun.run(Pools.setup(members, 1, Pools::twoChoices, List.of(), 1), trace), 4, rho);
    }

    @Test
    void waitsAreErlangsAtAGatewayWithFourWorkersOfOnePlace() {
        double rho = 0.8;
        Trace trace = markov(150_000, 4 * rho, 1000, 2);
        List<Member> members = new ArrayList<>();
        for (int slot = 0; slot < 4; slot++) {
            members.add(Pools.member(slot, servers(1), 1, Site.Kind.EDGE, 0, 0));
        }
        assertWaits(PoolRun.run(Pools.setup(members, 1, Pools::twoChoices, List.of(), 1), trace), 4, rho);
    }

    private static void assertWaits(PoolRun.Result result, int c, double rho) {
        double wait = 0;
        for (int i = 0; i < result.records().size(); i++) {
            wait += result.records().firstTokenSeconds(i) - 0.001;
        }
        wait /= result.records().size();
        double expected = erlangC(c, rho) / (c * (1 - rho)); // of a mean service of one second
        assertEquals(expected, wait, 0.06 * expected);
    }

    @Test
    void everyRequestEndsOnceWhateverGoesWrong() {
        for (long seed = 1; seed <= 12; seed++) {
            Trace trace = Synthetic.trace(Like.AZURE_CONVERSATION, Arrivals.BURSTY, 1500, seed)
                    .atRate(20);
            List<Member> members = new ArrayList<>(Pools.alike(4, ENGINE, 16));
            members.add(Pools.member(4, new ApiShape(0.3, 1e-5, 0.01, 0.4, 300), 1000, Site.Kind.CLOUD, 0.05, 0.3));
            List<Disturbance> wrong = List.of(
                    new Disturbance.Death(List.of(0, 1), 10 * SECOND, 30 * SECOND),
                    new Disturbance.Cut(List.of(2), 5 * SECOND, 50 * SECOND, 2 * SECOND),
                    new Disturbance.Cut(List.of(4), 20 * SECOND, 40 * SECOND, 0),
                    new Disturbance.Slow(List.of(3), 15 * SECOND, 45 * SECOND, 0.5));
            PoolRun.Result result = PoolRun.run(Pools.setup(members, 3, Pools::twoChoices, wrong, seed), trace);
            int answered = 0;
            for (int i = 0; i < trace.size(); i++) {
                Ending ending = result.records().ending(i);
                assertTrue(ending != Ending.OPEN, "seed " + seed + ", request " + i);
                if (ending == Ending.ANSWERED) {
                    answered++;
                    assertTrue(
                            result.records().seconds(i) >= result.records().firstTokenSeconds(i)
                                    && result.records().firstTokenSeconds(i) > 0,
                            "seed " + seed + ", request " + i);
                }
            }
            assertTrue(answered > trace.size() / 2, "seed " + seed + ": answered " + answered);
        }
    }

    @Test
    void withNothingWrongNothingFails() {
        Trace trace = Synthetic.trace(Like.AZURE_CONVERSATION, Arrivals.POISSON, 1000, 4)
                .atRate(5);
        PoolRun.Result result =
                PoolRun.run(Pools.setup(Pools.alike(8, ENGINE, 16), 2, Pools::twoChoices, List.of(), 4), trace);
        for (int i = 0; i < trace.size(); i++) {
            assertEquals(Ending.ANSWERED, result.records().ending(i));
        }
    }

    @Test
    void whoMustStayAtTheEdgeIsNotSentToTheCloud() {
        Trace trace = Synthetic.trace(Like.AZURE_CONVERSATION, Arrivals.POISSON, 400, 4)
                .atRate(50);
        List<Member> members = List.of(
                Pools.member(0, ENGINE, 4, Site.Kind.EDGE, 0.001, 0),
                Pools.member(1, new ApiShape(0.3, 0, 0.001, 0, 0), 1000, Site.Kind.CLOUD, 0.05, 0));
        Setup open = Pools.setup(members, 1, Pools::twoChoices, List.of(), 4);
        Setup confined = new Setup(
                members,
                1,
                Pools::twoChoices,
                NoLearning::new,
                open.models(),
                open.worth(),
                1,
                open.signals(),
                open.queueLength(),
                open.queueNanos(),
                List.of(),
                4);
        Records free = PoolRun.run(open, trace).records();
        Records kept = PoolRun.run(confined, trace).records();
        int cloud = 0;
        for (int i = 0; i < trace.size(); i++) {
            cloud += free.slot(i) == 1 ? 1 : 0;
            assertEquals(0, kept.slot(i));
        }
        assertTrue(cloud > 100, "in the cloud: " + cloud);
    }

    @Test
    void theSameSeedIsTheSameRunAndAnotherIsAnother() {
        Trace trace = Synthetic.trace(Like.MOONCAKE_CONVERSATION, Arrivals.RECORDED, 500, 4)
                .atRate(5);
        List<Member> members = Pools.alike(4, new EngineShape(0.03, 25e-6, 0.012, 2, 256, 2048, 524_288), 64);
        double[] one = seconds(members, trace, 1);
        assertTrue(Arrays.equals(one, seconds(members, trace, 1)));
        assertTrue(!Arrays.equals(one, seconds(members, trace, 2)));
    }

    private static double[] seconds(List<Member> members, Trace trace, long seed) {
        Records records = PoolRun.run(Pools.setup(members, 3, Pools::twoChoices, List.of(), seed), trace)
                .records();
        double[] seconds = new double[trace.size()];
        Arrays.setAll(seconds, records::seconds);
        return seconds;
    }

    @Test
    void theProbeFindsWhatArithmeticSays() {
        Trace trace = markov(5000, 1, 1000, 3);
        List<Member> members = List.of(
                Pools.member(0, servers(4), 4, Site.Kind.EDGE, 0, 0),
                Pools.member(1, servers(2), 2, Site.Kind.EDGE, 0, 0),
                Pools.member(2, new ApiShape(0.1, 0, 0, 0, 0), 1000, Site.Kind.CLOUD, 0, 0));
        assertEquals(6, CapacityProbe.requestsPerSecond(members, trace), 0.2);
    }

    @Test
    void theClairvoyantIsNoWorseThanAnyPolicyAndBetterThanSome() {
        List<Member> members = List.of(
                Pools.member(0, servers(1), 8, Site.Kind.EDGE, 0, 0),
                Pools.member(1, new EngineShape(0, 0, 0.004, 1, 1, 2048, 1 << 30), 8, Site.Kind.EDGE, 0, 0));
        Trace trace = markov(6, 1.2, 1000, 9);
        Setup setup = Pools.setup(members, 1, Pools::twoChoices, List.of(), 1);
        double least = Clairvoyant.least(setup, trace);
        double cost = Clairvoyant.cost(setup, PoolRun.run(setup, trace).records(), 0, trace.size());
        assertTrue(least > 0 && least < cost, least + " against " + cost);
    }
}
