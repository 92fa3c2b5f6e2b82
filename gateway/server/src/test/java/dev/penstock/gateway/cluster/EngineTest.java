package dev.penstock.gateway.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.penstock.gateway.cluster.EngineSignals.Reading;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EngineTest {
    private static final String VLLM = """
            # HELP vllm:num_requests_running Number of requests in model execution batches.
            # TYPE vllm:num_requests_running gauge
            vllm:num_requests_running{engine="0",model_name="meta-llama/Llama-3.1-8B"} 12.0
            vllm:num_requests_running{engine="1",model_name="a \\"brace} 9\\" b"} 3.0
            # TYPE vllm:num_requests_waiting gauge
            vllm:num_requests_waiting{engine="0",model_name="meta-llama/Llama-3.1-8B"} 2.0
            vllm:num_requests_waiting_by_reason{reason="capacity"} 700.0
            vllm:kv_cache_usage_perc{engine="0"} 0.25
            vllm:kv_cache_usage_perc{engine="1"} 0.75 1700000000000
            vllm:time_to_first_token_seconds_bucket{le="+Inf"} +Inf
            """;

    private static Optional<Reading> read(Engine engine, String text) {
        return engine.read(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void ofSeveralModelsAndRanksTheSumCounts() {
        assertEquals(Optional.of(new Reading(15, 2, 0.75)), read(Engine.VLLM, VLLM));
        assertEquals(Optional.of(new Reading(15, 2, 0.75)), read(Engine.VLLM, VLLM.replace("kv_cache", "gpu_cache")));
        assertEquals(Optional.of(new Reading(15, 2, 0.75)), read(Engine.VLLM, VLLM.replace("\n", "\r\n")));
    }

    @Test
    void eachEngineHasItsNames() {
        assertEquals(
                Optional.of(new Reading(5, 6, 0.5)),
                read(
                        Engine.SGLANG,
                        "sglang:num_running_reqs{tp_rank=\"0\"} 5\nsglang:num_queue_reqs 6\nsglang:token_usage 0.5\n"));
        assertEquals(
                Optional.of(new Reading(1, 3, 0)),
                read(Engine.LLAMA_CPP, "llamacpp:requests_processing 1\nllamacpp:requests_deferred 3"));
        assertEquals(
                Optional.of(new Reading(7, 8, 0)), read(Engine.TGI, "tgi_queue_size 8\ntgi_batch_current_size 7\n"));
        assertEquals(Optional.empty(), read(Engine.TGI, VLLM));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n\n",
                "vllm:num_requests_running 1",
                "vllm:num_requests_running 1\nvllm:num_requests_waiting",
                "vllm:num_requests_running 1\nvllm:num_requests_waiting{a=\"b 2",
                "vllm:num_requests_running 1\nvllm:num_requests_waiting NaN",
                "vllm:num_requests_running -1\nvllm:num_requests_waiting 2",
                "vllm:num_requests_running 1e12\nvllm:num_requests_waiting 2",
                "vllm:num_requests_running 1\nvllm:num_requests_waiting +Inf",
                "vllm:num_requests_running 1\nvllm:num_requests_waiting two",
                "vllm:num_requests_running1\nvllm:num_requests_waiting 2",
            })
    void whatIsMissingOrMalformedSaysNothing(String text) {
        assertEquals(Optional.empty(), read(Engine.VLLM, text));
    }

    @Test
    void aCacheThatCannotBeIsUnknown() {
        String load = "vllm:num_requests_running 1\nvllm:num_requests_waiting 2\n";
        assertEquals(Optional.of(new Reading(1, 2, 0)), read(Engine.VLLM, load + "vllm:kv_cache_usage_perc 37\n"));
        assertEquals(Optional.of(new Reading(1, 2, 0)), read(Engine.VLLM, load));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void noTextBreaksTheReader(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        byte[] metrics = VLLM.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 5_000; i++) {
            byte[] mutated = java.util.Arrays.copyOf(metrics, random.nextInt(metrics.length));
            for (int change = 0; change < 5 && mutated.length > 0; change++) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
            }
            Engine.VLLM.read(mutated); // a reading that could not be is refused by its constructor
        }
        byte[] noise = new byte[100_000];
        new Random(seed).nextBytes(noise);
        assertEquals(Optional.empty(), Engine.VLLM.read(noise));
    }
}
