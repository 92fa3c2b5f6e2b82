package dev.penstock.gateway.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.ConfigResult;
import dev.penstock.runtime.config.SecretResolver;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CacheConfigTest {
    private static ConfigResult<GatewayConfig> parse(String cache) {
        return ConfigLoader.with(SecretResolver.of(Map.of()))
                .parse("gateway.yaml", "cache: " + cache, Path.of("/etc/penstock"), GatewayConfig.class);
    }

    @Test
    void withoutAnythingOnlyTheExactTierIsOn() {
        CacheConfig config = parse("{}").orThrow().cache().orElseThrow();
        assertTrue(config.semantic().isEmpty());
        assertEquals(PrivateAnswers.LOCAL, config.privateAnswers());
    }

    @Test
    void meaningBeginsAsAShadow() {
        SemanticCacheConfig config = parse("{semantic: {}}")
                .orThrow()
                .cache()
                .flatMap(CacheConfig::semantic)
                .orElseThrow();
        assertEquals(SemanticMode.SHADOW, config.mode());
        assertEquals(0.01, config.maxFalseHitRate());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {max-answer: 1MiB, memory: 1MiB, max-request: 2MiB} | max-request: 2MiB
                    {max-answer: 2MiB}                                  | max-answer: 2MiB
                    {ttl: 0s}                                           | ttl: 0s
                    {spill: true}                                       | spill without a store
                    {semantic: {mode: server}}                          | mode
                    {semantic: {max-false-hit-rate: 0}}                 | max-false-hit-rate
                    {semantic: {mode: serve, embedder: {model: m}}}     | judge: none for this embedder
                    {semantic: {max-question: 9000}}                    | max-question: 9000
                    """)
    void whatWillNotDoIsRefused(String cache, String said) {
        if (parse(cache) instanceof ConfigResult.Rejected<GatewayConfig> rejected) {
            assertTrue(rejected.message().contains(said), rejected.message());
        } else {
            throw new AssertionError("accepted (expected: refused)\n" + cache);
        }
    }
}
