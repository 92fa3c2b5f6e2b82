package dev.penstock.engine.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.engine.EngineBusyException;
import dev.penstock.engine.EngineClosedException;
import dev.penstock.engine.InferenceException;
import dev.penstock.engine.InvalidRequestException;
import dev.penstock.engine.ModelDirectory;
import dev.penstock.engine.RuntimeOptions;
import dev.penstock.engine.tokenizer.TokenTable;
import dev.penstock.onnx.RandomModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DecodeLoopTest {
    private static final int END = 3;

    @TempDir
    private static Path directory;

    private final ScriptedDecoder decoder = new ScriptedDecoder();
    private TokenTable table;

    DecodeLoopTest() throws IOException {
        table = TokenTable.read(ModelDirectory.open(RandomModel.write(directory, RandomModel.llama(), 1)));
    }

    @BeforeEach
    void unscripted() {
        decoder.beforeEachRun(() -> {});
    }

    private DecodeLoop loop(int running, int queued, int cachedTokens, int prefillTokens) {
        return loop(running, queued, cachedTokens, prefillTokens, this::sequences);
    }

    private DecodeLoop loop(
            int running,
            int queued,
            int cachedTokens,
            int prefillTokens,
            Function<ActiveGeneration, List<ActiveSequence>> starter) {
        LanguageOptions options =
                new LanguageOptions(RuntimeOptions.cpu(), running, queued, cachedTokens, prefillTokens, 0);
        DecodeLoop loop = new DecodeLoop("test", decoder, options, new LogprobReader(table), starter, System::nanoTime);
        loop.start();
        return loop;
    }

    private List<ActiveSequence> sequences(ActiveGeneration generation) {
        return sequences(generation, END);
    }

    private List<ActiveSequence> sequences(ActiveGeneration generation, int end) {
        List<ActiveSequence> sequences = new ArrayList<>();
        GenerationRequest request = generation.request();
        for (int i = 0; i < request.sequences(); i++) {
            Sampler sampler = new Sampler(
                    request.sampling(),
                    request.sampling().seed().orElse(0) + i,
                    generation.prompt(),
                    new Sampler.Scratch(ScriptedDecoder.VOCABULARY));
            Completion completion = new Completion(
                    i, request.stop(), request.stop().maxTokens().orElse(20), Set.of(end), table, generation::onToken);
            sequences.add(new ActiveSequence(generation, i, sampler, completion, generation.prompt()));
        }
        return sequences;
    }

    private static GenerationRequest request(int[] prompt, int maxTokens) {
        return new GenerationRequest(
                new Prompt.Tokens(Arrays.stream(prompt).boxed().toList()),
                Sampling.greedy(),
                StopRules.after(maxTokens));
    }

    private static Generation submit(DecodeLoop loop, Recorder recorder, int maxTokens, int... prompt) {
        return loop.submit(request(prompt, maxTokens), prompt, "", recorder);
    }

    /** What the script says follows a prompt. */
    private static List<Integer> expected(int[] prompt, int count) {
        int[] tokens = prompt.clone();
        for (int i = 0; i < count; i++) {
            tokens = Arrays.copyOf(tokens, tokens.length + 1);
            tokens[tokens.length - 1] = ScriptedDecoder.next(Arrays.copyOf(tokens, tokens.length - 1));
        }
        return Arrays.stream(tokens).skip(prompt.length).boxed().toList();
    }

    /** Joins, leaves and cancellations at random token boundaries: every sequence reads as if it were alone. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void neighboursDoNotMatter(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int cachedTokens = 60 + random.nextInt(400);
        int running = 1 + random.nextInt(7);
        try (DecodeLoop loop = loop(running, 1000, cachedTokens, 1 + random.nextInt(20))) {
            Semaphore steps = new Semaphore(0);
            decoder.beforeEachRun(steps::acquireUninterruptibly);
            List<int[]> prompts = new ArrayList<>();
            List<Recorder> recorders = new ArrayList<>();
            List<Integer> lengths = new ArrayList<>();
            List<Boolean> cancelled = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                int[] prompt = random.ints(1 + random.nextInt(25), 4, ScriptedDecoder.VOCABULARY)
                        .toArray();
                int length = 1 + random.nextInt(25);
                Recorder recorder = new Recorder();
                Generation generation = submit(loop, recorder, length, prompt);
                boolean cancel = random.nextInt(5) == 0;
                steps.release(random.nextInt(6));
                if (cancel) {
                    generation.cancel();
                }
                prompts.add(prompt);
                recorders.add(recorder);
                lengths.add(length);
                cancelled.add(cancel);
            }
            steps.release(1_000_000);
            for (int i = 0; i < prompts.size(); i++) {
                FinishReason reason = recorders.get(i).reason();
                List<Integer> all = expected(prompts.get(i), lengths.get(i));
                List<Integer> ids = recorders.get(i).ids();
                if (!cancelled.get(i)) {
                    assertEquals(FinishReason.LENGTH, reason);
                    assertEquals(all, ids, "seed " + seed + " sequence " + i);
                } else {
                    assertEquals(all.subList(0, ids.size()), ids, "seed " + seed + " cancelled sequence " + i);
                }
            }
            assertTrue(
                    decoder.rowsOfSteps().stream().mapToInt(rows -> rows).max().orElse(0) <= running);
            assertTrue(decoder.largestCache() <= cachedTokens, () -> decoder.largestCache() + " of " + cachedTokens);
            assertTrue(decoder.mostHeld() <= cachedTokens, () -> decoder.mostHeld() + " of " + cachedTokens);
        }
        assertEquals(0, decoder.openCaches());
    }

    @Test
    void sequencesShareSteps() {
        try (DecodeLoop loop = loop(4, 4, 1000, 100)) {
            Semaphore steps = new Semaphore(0);
            decoder.beforeEachRun(steps::acquireUninterruptibly);
            List<Recorder> recorders =
                    IntStream.range(0, 4).mapToObj(i -> new Recorder()).toList();
            recorders.forEach(recorder -> submit(loop, recorder, 11, 5, 6));
            steps.release(1000);
            recorders.forEach(Recorder::await);
        }
        // At most: the first alone for a few, the rest together.
        assertTrue(decoder.rowsOfSteps().size() <= 4 + 20, () -> decoder.rowsOfSteps()
                .toString());
        assertTrue(
                decoder.rowsOfSteps().contains(4), () -> decoder.rowsOfSteps().toString());
    }

    @Test
    void aCancelledSequenceLeavesWithinOneStep() {
        try (DecodeLoop loop = loop(1, 1, 1000, 100)) {
            Semaphore steps = new Semaphore(0);
            CountDownLatch first = new CountDownLatch(1);
            AtomicInteger runs = new AtomicInteger();
            decoder.beforeEachRun(() -> {
                runs.incrementAndGet();
                steps.acquireUninterruptibly();
            });
            Recorder endless = new Recorder().onEachToken(first::countDown);
            Generation generation = submit(loop, endless, 1_000_000, 5);
            Recorder next = new Recorder();
            submit(loop, next, 1, 7);
            steps.release(1);
            await(first);
            generation.cancel();
            int before = runs.get();
            // One step may have begun when the cancellation came; the one after is the waiting sequence's.
            steps.release(2);
            assertEquals(FinishReason.CANCELLED, endless.reason());
            assertEquals(FinishReason.LENGTH, next.reason());
            assertTrue(runs.get() <= before + 2, () -> runs.get() + " after " + before);
            assertEquals(expected(new int[] {7}, 1), next.ids());
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theQueueIsBounded() {
        try (DecodeLoop loop = loop(2, 1, 1000, 100)) {
            Semaphore steps = new Semaphore(0);
            decoder.beforeEachRun(steps::acquireUninterruptibly);
            List<Recorder> recorders =
                    IntStream.range(0, 3).mapToObj(i -> new Recorder()).toList();
            recorders.forEach(recorder -> submit(loop, recorder, 2, 5));
            assertThrows(EngineBusyException.class, () -> submit(loop, new Recorder(), 2, 5));
            assertEquals(3, loop.load().running() + loop.load().queued());
            assertEquals(2, loop.load().runningLimit());
            assertEquals(1, loop.load().queueLimit());
            steps.release(1000);
            recorders.forEach(Recorder::await);
            Recorder later = new Recorder();
            submit(loop, later, 2, 5);
            assertEquals(FinishReason.LENGTH, later.reason());
        }
    }

    @Test
    void waitingGenerationsCanBeCancelled() {
        try (DecodeLoop loop = loop(1, 5, 1000, 100)) {
            Semaphore steps = new Semaphore(0);
            decoder.beforeEachRun(steps::acquireUninterruptibly);
            Recorder running = new Recorder();
            submit(loop, running, 3, 5);
            Recorder waiting = new Recorder();
            submit(loop, waiting, 3, 5).cancel();
            steps.release(1000);
            assertEquals(FinishReason.CANCELLED, waiting.reason());
            assertEquals(List.of(), waiting.ids());
            assertEquals(FinishReason.LENGTH, running.reason());
        }
    }

    @Test
    void aFailureEndsOnlyWhatItHit() {
        try (DecodeLoop loop = loop(2, 5, 1000, 100)) {
            AtomicInteger runs = new AtomicInteger();
            decoder.beforeEachRun(() -> {
                if (runs.incrementAndGet() == 3) {
                    throw new IllegalStateException("out of luck");
                }
            });
            Recorder hit = new Recorder();
            submit(loop, hit, 50, 5);
            GenerationResult result = hit.await();
            assertEquals(FinishReason.ERROR, result.ends().getFirst().reason());
            assertSame(InferenceException.class, result.failure().orElseThrow().getClass());
            Recorder next = new Recorder();
            submit(loop, next, 5, 6);
            assertEquals(FinishReason.LENGTH, next.reason());
            assertEquals(expected(new int[] {6}, 5), next.ids());
        }
    }

    @Test
    void aListenerThatThrowsHarmsOnlyItself() {
        try (DecodeLoop loop = loop(2, 5, 1000, 100)) {
            Recorder bad = new Recorder().onEachToken(() -> {
                throw new IllegalStateException("full");
            });
            submit(loop, bad, 1_000_000, 5);
            Recorder good = new Recorder();
            submit(loop, good, 30, 6);
            assertEquals(FinishReason.LENGTH, good.reason());
            Recorder after = new Recorder();
            submit(loop, after, 30, 6);
            assertEquals(FinishReason.LENGTH, after.reason());
        }
    }

    @Test
    void aGenerationThatCannotStartHarmsOnlyItself() {
        Function<ActiveGeneration, List<ActiveSequence>> starter = generation -> {
            if (generation.prompt()[0] == 13) {
                throw new ArrayIndexOutOfBoundsException("out of the vocabulary");
            }
            return sequences(generation);
        };
        try (DecodeLoop loop = loop(2, 5, 1000, 100, starter)) {
            assertOnlyTheFirstFails(loop);
        }
    }

    /** An end token beyond the vocabulary that must not be chosen yet. */
    @Test
    void aTokenThatCannotBeChosenHarmsOnlyItsGeneration() {
        try (DecodeLoop loop = loop(
                2,
                5,
                1000,
                100,
                generation ->
                        sequences(generation, generation.prompt()[0] == 13 ? ScriptedDecoder.VOCABULARY + 1 : END))) {
            assertOnlyTheFirstFails(loop);
        }
    }

    private static void assertOnlyTheFirstFails(DecodeLoop loop) {
        StopRules rules = new StopRules(OptionalInt.of(9), 2, List.of(), Set.of(), false);
        GenerationRequest first =
                new GenerationRequest(new Prompt.Tokens(List.of(13)), Sampling.greedy(), rules).withSequences(2);
        Recorder hit = new Recorder();
        loop.submit(first, new int[] {13}, "", hit);
        Recorder next = new Recorder();
        submit(loop, next, 9, 6);
        assertEquals(FinishReason.ERROR, hit.reason());
        assertSame(InferenceException.class, hit.await().failure().orElseThrow().getClass());
        assertEquals(FinishReason.LENGTH, next.reason());
        assertEquals(expected(new int[] {6}, 9), next.ids());
        assertTrue(loop.alive());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theCacheIsBoundedWithManySequencesOfLongPrompts(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int cachedTokens = 400 + random.nextInt(1000);
        Semaphore steps = new Semaphore(0);
        decoder.beforeEachRun(steps::acquireUninterruptibly);
        try (DecodeLoop loop = loop(32, 1000, cachedTokens, 1 + random.nextInt(200))) {
            List<int[]> prompts = new ArrayList<>();
            List<Recorder> recorders = new ArrayList<>();
            List<GenerationRequest> requests = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                int[] prompt = random.ints(1 + random.nextInt(120), 4, ScriptedDecoder.VOCABULARY)
                        .toArray();
                int most = Math.min(6, cachedTokens / (prompt.length + 1));
                GenerationRequest request =
                        request(prompt, 1 + random.nextInt(150)).withSequences(1 + random.nextInt(most));
                Recorder recorder = new Recorder();
                loop.submit(request, prompt, "", recorder);
                prompts.add(prompt);
                recorders.add(recorder);
                requests.add(request);
                steps.release(random.nextInt(6));
            }
            steps.release(1_000_000);
            for (int i = 0; i < prompts.size(); i++) {
                assertEquals(FinishReason.LENGTH, recorders.get(i).reason());
                int length = requests.get(i).stop().maxTokens().orElseThrow();
                for (int sequence = 0; sequence < requests.get(i).sequences(); sequence++) {
                    assertEquals(
                            expected(prompts.get(i), length),
                            recorders.get(i).ids(sequence),
                            "seed " + seed + " generation " + i + " sequence " + sequence);
                }
            }
            assertTrue(decoder.largestCache() <= cachedTokens, () -> decoder.largestCache() + " of " + cachedTokens);
            assertTrue(decoder.mostHeld() <= cachedTokens, () -> decoder.mostHeld() + " of " + cachedTokens);
        }
        assertEquals(0, decoder.openCaches());
    }

    /** Generations that come in one pass are counted together: four sequences of 100 tokens fit, with room to grow. */
    @Test
    void whatIsAdmittedTogetherFitsTogether() {
        Semaphore steps = new Semaphore(0);
        AtomicInteger mostRunning = new AtomicInteger();
        try (DecodeLoop loop = loop(32, 32, 1000, 1000)) {
            decoder.beforeEachRun(() -> {
                mostRunning.accumulateAndGet(loop.load().running(), Math::max);
                steps.acquireUninterruptibly();
            });
            List<Recorder> recorders = new ArrayList<>();
            submit(loop, new Recorder(), 1, 5);
            for (int i = 0; i < 4; i++) {
                int[] prompt = IntStream.range(0, 100).map(at -> 4 + at % 50).toArray();
                Recorder recorder = new Recorder();
                loop.submit(request(prompt, 5).withSequences(4), prompt, "", recorder);
                recorders.add(recorder);
            }
            steps.release(1000);
            recorders.forEach(recorder -> assertEquals(FinishReason.LENGTH, recorder.reason()));
            assertTrue(decoder.mostHeld() <= 1000, () -> "" + decoder.mostHeld());
            assertTrue(mostRunning.get() <= 5, () -> mostRunning.get() + " sequences");
        }
    }

    /** Three copies of a prompt had room when it was begun; while it is computed, the running sequence takes some of it. */
    @Test
    void copiesOfAPromptJoinAsFarAsTheyFit() {
        int[] prompt = IntStream.range(0, 60).map(at -> 4 + at % 50).toArray();
        Recorder three = new Recorder();
        Recorder grows = new Recorder();
        AtomicInteger tokens = new AtomicInteger();
        try (DecodeLoop loop = loop(8, 8, 400, 1)) {
            grows.onEachToken(() -> {
                if (tokens.incrementAndGet() == 60) {
                    loop.submit(request(prompt, 30).withSequences(3), prompt, "", three);
                }
            });
            submit(loop, grows, 300, 5);
            assertEquals(FinishReason.LENGTH, three.reason());
            assertEquals(FinishReason.LENGTH, grows.reason());
            for (int i = 0; i < 3; i++) {
                assertEquals(expected(prompt, 30), three.ids(i), "sequence " + i);
            }
            assertTrue(decoder.largestCache() <= 400, () -> "" + decoder.largestCache());
        }
    }

    /** Two of four are put out as all grow; both go on as soon as there is room, not only when nothing runs. */
    @Test
    void whatWasPutOutGoesOnBesideOthers() {
        List<String> ends = Collections.synchronizedList(new ArrayList<>());
        Semaphore steps = new Semaphore(0);
        decoder.beforeEachRun(steps::acquireUninterruptibly);
        try (DecodeLoop loop = loop(4, 4, 1100, 1000)) {
            List<Recorder> recorders = new ArrayList<>();
            int[] lengths = {600, 390, 380, 380};
            for (int i = 0; i < lengths.length; i++) {
                String name = "sequence " + i;
                Recorder recorder = new Recorder().onDone(() -> ends.add(name));
                recorders.add(recorder);
                submit(loop, recorder, lengths[i], 4 + i, 9, 9, 9, 9, 9, 9, 9, 9, 9);
            }
            steps.release(1_000_000);
            recorders.forEach(recorder -> assertEquals(FinishReason.LENGTH, recorder.reason()));
            assertTrue(decoder.mostHeld() <= 1100, () -> "" + decoder.mostHeld());
        }
        assertEquals(List.of("sequence 1", "sequence 2", "sequence 3", "sequence 0"), ends);
    }

    @Test
    void moreSequencesThanTheCacheHoldsAreRefused() {
        try (DecodeLoop loop = loop(16, 16, 100, 100)) {
            int[] prompt = new int[24];
            Arrays.fill(prompt, 5);
            GenerationRequest five = request(prompt, 1).withSequences(5);
            InvalidRequestException error =
                    assertThrows(InvalidRequestException.class, () -> loop.submit(five, prompt, "", new Recorder()));
            assertEquals("n", error.parameter());
            assertTrue(error.toString().contains("n: 5 (expected: at most 4"), error::toString);
            Recorder four = new Recorder();
            loop.submit(request(prompt, 1).withSequences(4), prompt, "", four);
            assertEquals(FinishReason.LENGTH, four.reason());
        }
    }

    @Test
    void aLoopThatDiesLeavesNobodyWaiting() {
        DecodeLoop loop = loop(1, 5, 1000, 100);
        decoder.beforeEachRun(() -> {
            throw new StackOverflowError("a failure that is not to be handled");
        });
        Recorder running = new Recorder();
        Recorder waiting = new Recorder();
        assertTrue(loop.alive());
        submit(loop, running, 5, 5);
        try {
            submit(loop, waiting, 5, 5);
            assertEquals(FinishReason.ERROR, waiting.reason());
        } catch (EngineClosedException e) {
            // it died before
        }
        assertEquals(FinishReason.ERROR, running.reason());
        assertSame(
                InferenceException.class,
                running.await().failure().orElseThrow().getClass());
        assertFalse(loop.alive());
        loop.close();
        assertThrows(EngineClosedException.class, () -> submit(loop, new Recorder(), 1, 5));
    }

    @Test
    void closingCancelsWhatRunsAndWhatWaits() {
        DecodeLoop loop = loop(1, 5, 1000, 100);
        CountDownLatch first = new CountDownLatch(1);
        Recorder running = new Recorder().onEachToken(first::countDown);
        Recorder waiting = new Recorder();
        submit(loop, running, 1_000_000, 5);
        submit(loop, waiting, 1, 5);
        await(first);
        loop.close();
        assertFalse(loop.alive());
        assertEquals(FinishReason.CANCELLED, running.reason());
        assertEquals(FinishReason.CANCELLED, waiting.reason());
        assertThrows(EngineClosedException.class, () -> submit(loop, new Recorder(), 1, 5));
        assertEquals(0, decoder.openCaches());
    }
}
