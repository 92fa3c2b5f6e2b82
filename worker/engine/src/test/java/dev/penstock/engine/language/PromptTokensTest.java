package dev.penstock.engine.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.engine.ModelDirectory;
import dev.penstock.engine.PromptTokens;
import dev.penstock.engine.RuntimeOptions;
import dev.penstock.engine.tokenizer.TokenTable;
import dev.penstock.onnx.RandomModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a decode loop tells of prompt tokens: those left, and those computed. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
final class PromptTokensTest {
    private static final int UNSTARTABLE = 13;

    @TempDir
    private static Path directory;

    private final ScriptedDecoder decoder = new ScriptedDecoder();
    private final TokenTable table;
    /** Each run of the decoder takes one, and tells that it wants one. */
    private final Semaphore steps = new Semaphore(0);

    private final Semaphore wanted = new Semaphore(0);
    private final List<DecodeLoop> loops = new ArrayList<>();

    PromptTokensTest() throws IOException {
        table = TokenTable.read(ModelDirectory.open(RandomModel.write(directory, RandomModel.llama(), 1)));
        decoder.beforeEachRun(() -> {
            wanted.release();
            steps.acquireUninterruptibly();
        });
    }

    /** Closing waits for the run that is under way: a test that fails must not leave it waiting for its step. */
    @AfterEach
    void close() {
        steps.release(1_000_000);
        loops.forEach(DecodeLoop::close);
    }

    private DecodeLoop loop(int running, int cachedTokens, int prefillTokens) {
        LanguageOptions options =
                new LanguageOptions(RuntimeOptions.cpu(), running, 1000, cachedTokens, prefillTokens, 0);
        DecodeLoop loop =
                new DecodeLoop("test", decoder, options, new LogprobReader(table), this::sequences, System::nanoTime);
        loop.start();
        loops.add(loop);
        return loop;
    }

    private List<ActiveSequence> sequences(ActiveGeneration generation) {
        if (generation.prompt()[0] == UNSTARTABLE) {
            throw new IllegalStateException("not to be started");
        }
        GenerationRequest request = generation.request();
        return IntStream.range(0, request.sequences())
                .mapToObj(i -> new ActiveSequence(
                        generation,
                        i,
                        new Sampler(
                                request.sampling(),
                                i,
                                generation.prompt(),
                                new Sampler.Scratch(decoder.vocabularySize())),
                        new Completion(
                                i,
                                request.stop(),
                                request.stop().maxTokens().orElseThrow(),
                                Set.of(3),
                                table,
                                generation::onToken),
                        generation.prompt()))
                .toList();
    }

    private static Generation submit(DecodeLoop loop, Recorder recorder, int maxTokens, int sequences, int... prompt) {
        GenerationRequest request = new GenerationRequest(
                        new Prompt.Tokens(Arrays.stream(prompt).boxed().toList()),
                        Sampling.greedy(),
                        StopRules.after(maxTokens))
                .withSequences(sequences);
        return loop.submit(request, prompt, "", recorder);
    }

    private static int[] prompt(int length) {
        return IntStream.range(0, length).map(at -> 20 + at % 40).toArray();
    }

    private static PromptTokens tokens(DecodeLoop loop) {
        return loop.load().prompts();
    }

    /** Once the decoder wants to run, whatever was cancelled or ended before has been counted. */
    private void awaitRun() throws InterruptedException {
        assertTrue(wanted.tryAcquire(30, TimeUnit.SECONDS), "no run of the decoder");
    }

    @Test
    void whatWaitsFallsAsItIsComputed() throws InterruptedException {
        DecodeLoop loop = loop(1, 1000, 4);
        assertEquals(new PromptTokens(0, 0), tokens(loop));
        List<PromptTokens> atFirstTokens = new ArrayList<>();
        List<Recorder> recorders = new ArrayList<>();
        for (int length : new int[] {6, 3, 5}) {
            Recorder recorder = new Recorder().onEachToken(() -> atFirstTokens.add(tokens(loop)));
            recorders.add(recorder);
            submit(loop, recorder, 1, 1, prompt(length));
        }
        List<PromptTokens> before = new ArrayList<>();
        for (int run = 0; run < 5; run++) {
            awaitRun();
            before.add(tokens(loop));
            steps.release();
        }
        recorders.forEach(Recorder::await);
        assertEquals(
                List.of(
                        new PromptTokens(14, 0),
                        new PromptTokens(10, 4),
                        new PromptTokens(8, 6),
                        new PromptTokens(5, 9),
                        new PromptTokens(1, 13)),
                before);
        assertEquals(
                List.of(new PromptTokens(8, 6), new PromptTokens(5, 9), new PromptTokens(0, 14)),
                atFirstTokens,
                "an answer that begins tells nothing of its own prompt as left");
        assertEquals(new PromptTokens(0, 14), tokens(loop));
    }

    @Test
    void aPromptOfSeveralSequencesCountsOnce() {
        DecodeLoop loop = loop(4, 1000, 100);
        Recorder three = new Recorder();
        submit(loop, three, 1, 3, prompt(7));
        assertEquals(new PromptTokens(7, 0), tokens(loop));
        steps.release();
        three.await();
        assertEquals(new PromptTokens(0, 7), tokens(loop));
    }

    @Test
    void whatIsCancelledLeavesNothing() throws InterruptedException {
        DecodeLoop loop = loop(1, 1000, 4);
        Recorder begun = new Recorder();
        Generation first = submit(loop, begun, 5, 1, prompt(10));
        awaitRun();
        Recorder waiting = new Recorder();
        Generation second = submit(loop, waiting, 5, 1, prompt(8));
        Recorder after = new Recorder();
        submit(loop, after, 1, 1, prompt(2));
        assertEquals(new PromptTokens(20, 0), tokens(loop));
        first.cancel();
        second.cancel();
        steps.release();
        awaitRun();
        assertEquals(FinishReason.CANCELLED, begun.reason());
        assertEquals(FinishReason.CANCELLED, waiting.reason());
        assertEquals(new PromptTokens(2, 4), tokens(loop));
        steps.release();
        after.await();
        assertEquals(new PromptTokens(0, 6), tokens(loop));
    }

    @Test
    void whatFailsLeavesNothing() {
        DecodeLoop loop = loop(2, 1000, 100);
        Recorder unstartable = new Recorder();
        submit(loop, unstartable, 1, 1, UNSTARTABLE, 20, 20);
        assertEquals(FinishReason.ERROR, unstartable.reason());
        assertEquals(new PromptTokens(0, 0), tokens(loop));

        decoder.beforeEachRun(() -> {
            throw new IllegalStateException("out of luck");
        });
        Recorder failing = new Recorder();
        submit(loop, failing, 1, 1, prompt(9));
        assertEquals(FinishReason.ERROR, failing.reason());
        assertEquals(new PromptTokens(0, 0), tokens(loop));
    }

    @Test
    void aClosedLoopHasNothingLeft() throws InterruptedException {
        DecodeLoop loop = loop(1, 1000, 4);
        decoder.beforeEachRun(() -> {
            wanted.release();
            steps.acquireUninterruptibly();
            loop.close(); // on its own thread: this run is its last
        });
        submit(loop, new Recorder(), 5, 1, prompt(10));
        submit(loop, new Recorder(), 5, 1, prompt(10));
        awaitRun();
        assertEquals(new PromptTokens(20, 0), tokens(loop));
        steps.release();
        loop.close();
        assertEquals(new PromptTokens(0, 4), tokens(loop));
    }

    /** Where the cache is small, sequences are put out and computed again: that is work ahead, and counted. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void theCountsAddUpWhateverHappens(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int cachedTokens = 60 + random.nextInt(300);
        DecodeLoop loop = loop(1 + random.nextInt(7), cachedTokens, 1 + random.nextInt(20));
        List<PromptTokens> seen = new ArrayList<>();
        decoder.beforeEachRun(() -> {
            steps.acquireUninterruptibly();
            seen.add(tokens(loop));
        });
        List<Recorder> recorders = new ArrayList<>();
        long whole = 0;
        for (int i = 0; i < 60; i++) {
            int length = 1 + random.nextInt(25);
            Recorder recorder = new Recorder();
            Generation generation = submit(loop, recorder, 1 + random.nextInt(25), 1, prompt(length));
            recorders.add(recorder);
            if (random.nextInt(5) == 0) {
                generation.cancel();
            } else {
                whole += length;
            }
            steps.release(random.nextInt(6));
        }
        steps.release(1_000_000);
        recorders.forEach(Recorder::await);
        Recorder last = new Recorder();
        submit(loop, last, 1, 1, prompt(5));
        last.await();
        PromptTokens end = tokens(loop);
        assertEquals(0, end.left(), "seed " + seed);
        assertTrue(end.computed() >= whole + 5, () -> "seed " + seed + ": " + end);
        long before = 0;
        for (PromptTokens one : seen) {
            assertTrue(one.left() >= 0 && one.computed() >= before, () -> "seed " + seed + ": " + one);
            before = one.computed();
        }
    }
}
