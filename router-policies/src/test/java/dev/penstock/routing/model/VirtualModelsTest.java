package dev.penstock.routing.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.model.VirtualModel.Alias;
import dev.penstock.routing.model.VirtualModel.Auto;
import dev.penstock.routing.model.VirtualModel.Cascade;
import dev.penstock.routing.model.VirtualModel.Fallback;
import dev.penstock.routing.model.VirtualModel.Split;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VirtualModelsTest {
    private static final Set<String> POOL = Set.of("s", "m", "l", "a", "b", "c");

    @Test
    void whatIsNotVirtualStandsForItself() {
        VirtualModels models = of(Map.of(), Map.of(id("m"), new Quality(0.7, "a test")));
        assertEquals(List.of(List.of(new ModelChoice(id("m"), 0.7))), resolve(models, "m"));
        assertEquals(List.of(List.of(ModelChoice.of(id("unheard-of")))), resolve(models, "unheard-of"));
        assertFalse(models.isVirtual(id("m")));
    }

    @Test
    void anAliasOfAnAliasIsItsTarget() {
        VirtualModels models = of(Map.of(id("x"), new Alias(id("y")), id("y"), new Alias(id("m"))), Map.of());
        assertEquals(tiers("m"), resolve(models, "x"));
        assertEquals(
                List.of("x", "y"), models.names().stream().map(ModelId::value).toList());
    }

    @Test
    void aFallbackIsATierEach() {
        VirtualModels models = of(
                Map.of(
                        id("inner"), fallback("m", "l"),
                        id("x"), fallback("s", "inner", "a")),
                Map.of());
        assertEquals(tiers("s", "m", "l", "a"), resolve(models, "x"));
    }

    @Test
    void cyclesAndUnknownTargetsAreRefusedWithTheirPath() {
        assertRefused(
                "x -> y -> x: a cycle", Map.of(id("x"), new Alias(id("y")), id("y"), new Alias(id("x"))), Map.of());
        assertRefused("x -> x: a cycle", Map.of(id("x"), fallback("s", "x")), Map.of());
        assertRefused(
                "x -> y -> nowhere: there is no such model",
                Map.of(id("x"), new Alias(id("y")), id("y"), new Alias(id("nowhere"))),
                Map.of());
    }

    @Test
    void whatANameMayComeDownToIsTold() {
        VirtualModels models = VirtualModels.of(
                Map.of(id("x"), fallback("y", "m"), id("y"), new Alias(id("s")), id("c"), cascade(0.5, "y", "l")),
                Map.of(),
                name -> true);
        assertEquals(Set.of(id("s"), id("m")), models.leaves(id("x")));
        assertEquals(Set.of(id("s"), id("l")), models.leaves(id("c")));
        assertEquals(Set.of(id("m")), models.leaves(id("m")));
        assertTrue(models.escalates(id("c")));
        assertFalse(models.escalates(id("x")));
        assertFalse(models.escalates(id("m")));
    }

    @Test
    void whatCannotStandThereIsRefused() {
        assertRefused(
                "x -> big: a cascade",
                Map.of(id("x"), fallback("s", "big"), id("big"), cascade(0.5, "m", "l")),
                Map.of());
        assertRefused(
                "x -> many: of more than one model",
                Map.of(id("x"), cascade(0.5, "many", "l"), id("many"), fallback("s", "m")),
                Map.of());
        assertRefused("x -> m: its quality is unknown", Map.of(id("x"), auto(0.5, "m")), Map.of());
    }

    @Test
    void aChainIsBounded() {
        Map<ModelId, VirtualModel> chain = new HashMap<>();
        for (int i = 0; i <= VirtualModels.MAX_DEPTH; i++) {
            chain.put(id("v" + i), new Alias(id(i == VirtualModels.MAX_DEPTH ? "m" : "v" + (i + 1))));
        }
        assertRefused("too long a chain", chain, Map.of());
        chain.remove(id("v0"));
        assertEquals(tiers("m"), resolve(of(chain, Map.of()), "v1"));
    }

    @Test
    void aFanIsBoundedBeforeItIsWalked() {
        Map<ModelId, VirtualModel> fan = new HashMap<>();
        for (int i = 0; i < VirtualModels.MAX_DEPTH; i++) {
            String next = i + 1 == VirtualModels.MAX_DEPTH ? "" : "v" + (i + 1);
            fan.put(
                    id("v" + i),
                    new Split(
                            Stream.generate(() -> new Split.Share(id(next.isEmpty() ? "m" : next), 1))
                                    .limit(64)
                                    .toList(),
                            Split.By.KEY));
        }
        assertRefused("leads to more than 64 models", fan, Map.of());
    }

    @Test
    void aSplitKeepsItsProportions() {
        VirtualModels models = of(Map.of(id("x"), split(Split.By.KEY, "a", 80.0, "b", 15.0, "c", 5.0)), Map.of());
        Map<String, Integer> counts = new HashMap<>();
        int keys = 20_000;
        for (int key = 0; key < keys; key++) {
            counts.merge(drawn(models, "key-" + key, "r"), 1, Integer::sum);
        }
        assertEquals(0.80, counts.getOrDefault("a", 0) / (double) keys, 0.01);
        assertEquals(0.15, counts.getOrDefault("b", 0) / (double) keys, 0.01);
        assertEquals(0.05, counts.getOrDefault("c", 0) / (double) keys, 0.005);
    }

    @Test
    void aKeyStaysWhereItIsAndARequestDoesNot() {
        VirtualModels byKey = of(Map.of(id("x"), split(Split.By.KEY, "a", 1.0, "b", 1.0)), Map.of());
        VirtualModels byRequest = of(Map.of(id("x"), split(Split.By.REQUEST, "a", 1.0, "b", 1.0)), Map.of());
        String first = drawn(byKey, "team-a", "r0");
        int same = 0;
        for (int request = 0; request < 1000; request++) {
            assertEquals(first, drawn(byKey, "team-a", "r" + request));
            same += drawn(byRequest, "team-a", "r" + request).equals(first) ? 1 : 0;
        }
        assertTrue(same > 400 && same < 600, "of 1000 drawn anew: " + same);
    }

    /** Minimal movement: nobody moves but to, or from, the share that changed. */
    @Test
    void aChangedWeightMovesOnlyWhomItMust() {
        long seed = 20261128;
        Random random = new Random(seed);
        for (int round = 0; round < 50; round++) {
            double a = 1 + random.nextInt(50);
            double b = 1 + random.nextInt(50);
            double c = random.nextInt(50);
            double changed = random.nextInt(60);
            VirtualModels before = of(Map.of(id("x"), split(Split.By.KEY, "a", a, "b", b, "c", c)), Map.of());
            VirtualModels after = of(Map.of(id("x"), split(Split.By.KEY, "a", a, "b", b, "c", changed)), Map.of());
            int moved = 0;
            int keys = 2000;
            for (int key = 0; key < keys; key++) {
                String from = drawn(before, "k" + key, "");
                String to = drawn(after, "k" + key, "");
                if (!from.equals(to)) {
                    moved++;
                    assertEquals("c", changed > c ? to : from, "seed " + seed + ", round " + round);
                }
            }
            double due = Math.abs(changed / (a + b + changed) - c / (a + b + c));
            assertEquals(due, moved / (double) keys, 0.05, "seed " + seed + ", round " + round);
        }
    }

    @Test
    void autoTakesTheSmallestThatIsGoodEnough() {
        Map<ModelId, Quality> qualities = Map.of(id("s"), quality(0.6), id("m"), quality(0.8), id("l"), quality(0.95));
        VirtualModels models = of(Map.of(id("x"), auto(0.55, "s", "m", "l")), qualities);
        assertTrue(models.asksDifficulty(id("x")));
        assertEquals(List.of("s", "m", "l"), order(models, 0));
        assertEquals(List.of("m", "l", "s"), order(models, 1));
        assertEquals(List.of("l", "m", "s"), order(models, 2));
        assertEquals(List.of("l", "m", "s"), order(models, 4), "none is good enough: the best first");
    }

    @Test
    void theQualityOfAChoiceIsThatForTheDifficulty() {
        Quality base = quality(0.8);
        assertEquals(0.8, base.at(0), 1e-12);
        assertEquals(0.8 / (0.8 + 0.2 * Math.E), base.at(1), 1e-12);
        assertEquals(1, quality(1).at(50));
        assertEquals(0, quality(0).at(-50));
        assertEquals(0, base.at(1e9));
        VirtualModels models = of(Map.of(id("x"), auto(0.1, "s")), Map.of(id("s"), base));
        assertEquals(
                base.at(0.7),
                models.resolve(id("x"), "k", "r", () -> 0.7)
                        .tiers()
                        .getFirst()
                        .getFirst()
                        .quality());
    }

    @Test
    void thePolicyMayDecideAmongThoseThatAreGoodEnough() {
        Auto auto = new Auto(
                Stream.of("s", "m", "l")
                        .map(name -> new Auto.Candidate(id(name), Optional.of(quality(name.equals("s") ? 0.3 : 0.9))))
                        .toList(),
                0.5,
                Auto.Prefer.POLICY);
        VirtualModels models = of(Map.of(id("x"), auto), Map.of());
        List<List<ModelChoice>> tiers =
                models.resolve(id("x"), "k", "r", () -> 0).tiers();
        assertEquals(
                List.of(List.of("m", "l"), List.of("s")),
                tiers.stream()
                        .map(tier -> tier.stream()
                                .map(choice -> choice.model().value())
                                .toList())
                        .toList());
    }

    /** Harder requests never get a smaller model first. */
    @Test
    void harderIsNeverSmaller() {
        long seed = 7;
        Random random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            double[] rising = random.doubles(3).sorted().toArray();
            Map<ModelId, Quality> qualities =
                    Map.of(id("s"), quality(rising[0]), id("m"), quality(rising[1]), id("l"), quality(rising[2]));
            VirtualModels models = of(Map.of(id("x"), auto(random.nextDouble(), "s", "m", "l")), qualities);
            int before = 0;
            for (double difficulty = -4; difficulty <= 4; difficulty += 0.5) {
                int first =
                        List.of("s", "m", "l").indexOf(order(models, difficulty).getFirst());
                assertTrue(first >= before, "seed " + seed + ", round " + round + ", difficulty " + difficulty);
                before = first;
            }
        }
    }

    @Test
    void aCascadeHasItsStages() {
        VirtualModels models = of(Map.of(id("x"), cascade(0.8, "s", "m", "l")), Map.of());
        Resolution resolution = models.resolve(id("x"), "k", "r", VirtualModelsTest::unasked);
        assertEquals(tiers("s"), resolution.tiers());
        assertEquals(
                List.of(new Resolution.Stage(0.8, tiers("m")), new Resolution.Stage(0.8, tiers("l"))),
                resolution.escalation());
        assertTrue(resolution.cascades());
        assertFalse(models.asksDifficulty(id("x")));
    }

    private static List<String> order(VirtualModels models, double difficulty) {
        return models.resolve(id("x"), "k", "r", () -> difficulty).tiers().stream()
                .map(tier -> tier.getFirst().model().value())
                .toList();
    }

    private static String drawn(VirtualModels models, String key, String request) {
        return models.resolve(id("x"), key, request, VirtualModelsTest::unasked)
                .tiers()
                .getFirst()
                .getFirst()
                .model()
                .value();
    }

    private static List<List<ModelChoice>> resolve(VirtualModels models, String name) {
        return models.resolve(id(name), "k", "r", VirtualModelsTest::unasked).tiers();
    }

    private static List<List<ModelChoice>> tiers(String... names) {
        return Arrays.stream(names)
                .map(name -> List.of(ModelChoice.of(id(name))))
                .toList();
    }

    private static VirtualModels of(Map<ModelId, VirtualModel> models, Map<ModelId, Quality> qualities) {
        return VirtualModels.of(models, qualities, model -> POOL.contains(model.value()));
    }

    private static void assertRefused(
            String message, Map<ModelId, VirtualModel> models, Map<ModelId, Quality> qualities) {
        String said = String.valueOf(assertThrows(IllegalArgumentException.class, () -> of(models, qualities))
                .getMessage());
        assertTrue(said.contains(message), said);
    }

    private static ModelId id(String name) {
        return new ModelId(name);
    }

    private static Quality quality(double value) {
        return new Quality(value, "a test");
    }

    private static Fallback fallback(String... names) {
        return new Fallback(Arrays.stream(names).map(ModelId::new).toList());
    }

    private static Cascade cascade(double threshold, String... names) {
        return new Cascade(Arrays.stream(names).map(ModelId::new).toList(), threshold);
    }

    private static Auto auto(double floor, String... names) {
        return new Auto(
                Arrays.stream(names)
                        .map(name -> new Auto.Candidate(id(name), Optional.empty()))
                        .toList(),
                floor,
                Auto.Prefer.SMALLEST);
    }

    private static Split split(Split.By by, Object... namesAndWeights) {
        return new Split(
                Stream.iterate(0, i -> i < namesAndWeights.length, i -> i + 2)
                        .map(i -> new Split.Share(id((String) namesAndWeights[i]), (Double) namesAndWeights[i + 1]))
                        .toList(),
                by);
    }

    private static double unasked() {
        throw new AssertionError("the difficulty does not matter here");
    }
}
