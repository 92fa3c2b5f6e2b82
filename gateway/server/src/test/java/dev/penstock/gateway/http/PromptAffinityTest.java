package dev.penstock.gateway.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.penstock.gateway.pipeline.Expectations;
import dev.penstock.gateway.pipeline.InferenceRequest;
import dev.penstock.gateway.pipeline.Principal;
import dev.penstock.protocol.JsonLimits;
import dev.penstock.protocol.JsonRejectedException;
import dev.penstock.routing.Affinity;
import dev.penstock.routing.Demand;
import dev.penstock.routing.Operation;
import dev.penstock.routing.TokenUsage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What is known of a request before it is run, from its body. */
class PromptAffinityTest {
    private static final String SYSTEM = "{\"role\":\"system\",\"content\":\"" + "s".repeat(1_000) + "\"}";
    private static final Principal KEY = new Principal("team-1");

    private static InferenceRequest decode(Operation operation, String fields) throws JsonRejectedException {
        byte[] body = ("{\"model\":\"m\"," + fields + "}").getBytes(StandardCharsets.UTF_8);
        return new RequestDecoder(JsonLimits.DEFAULT).decode("id", "", operation, body, 0);
    }

    private static InferenceRequest chat(String messages, String more) throws JsonRejectedException {
        return decode(Operation.CHAT, more + "\"messages\":[" + SYSTEM + messages + "]");
    }

    private static String user(String text) {
        return ",{\"role\":\"user\",\"content\":\"" + text + "\"}";
    }

    @Test
    void turnsOfOneConversationShareTheirBeginning() throws Exception {
        String first = user("a".repeat(600));
        long[] one = chat(first, "").affinity().blocks();
        long[] two = chat(first + user("b".repeat(600)), "\"temperature\":0.7,")
                .affinity()
                .blocks();
        assertEquals(6, one.length);
        assertArrayEquals(one, Arrays.copyOf(two, one.length));
        long[] other = chat(user("c".repeat(600)), "").affinity().blocks();
        assertEquals(one[3], other[3], "the system prompt");
        assertNotEquals(one[4], other[4]);
    }

    @Test
    void toolsStandBeforeAllElse() throws Exception {
        String tools = "\"tools\":[{\"type\":\"function\"}],";
        assertNotEquals(
                chat("", "").affinity().blocks()[0], chat("", tools).affinity().blocks()[0]);
        assertArrayEquals(
                chat("", tools).affinity().blocks(), chat("", tools).affinity().blocks());
    }

    @Test
    void aConversationIsNamedByItsKey() throws Exception {
        long user = chat("", "\"user\":\"u1\",").affinity().session();
        long key = chat("", "\"prompt_cache_key\":\"k1\",\"user\":\"u1\",")
                .affinity()
                .session();
        assertEquals(0, chat("", "").affinity().session());
        assertNotEquals(0, user);
        assertNotEquals(user, key);
        assertEquals(
                key, chat(user("x"), "\"prompt_cache_key\":\"k1\",").affinity().session());
        Affinity named = PromptAffinity.inSession(chat("", "").affinity(), "s1");
        assertNotEquals(0, named.session());
        assertEquals(4, named.blocks().length);
        assertEquals(
                0,
                PromptAffinity.inSession(chat("", "").affinity(), "s".repeat(600))
                        .session());
    }

    @Test
    void embeddingsHaveNoCache() throws Exception {
        InferenceRequest request = decode(Operation.EMBEDDING, "\"input\":\"" + "x".repeat(4_000) + "\"");
        assertEquals(0, request.affinity().blocks().length);
        Demand demand = new Expectations().demand(KEY, request);
        assertEquals(1_000, demand.promptTokens(), 1);
        assertEquals(0, demand.p95Tokens());
    }

    @Test
    void answersTeachWhatToExpect() throws Exception {
        Expectations expectations = new Expectations();
        InferenceRequest request = chat("", "\"max_tokens\":100,\"n\":2,");
        int bytes = 2 + SYSTEM.length();
        Demand before = expectations.demand(KEY, request);
        assertEquals(bytes / 4.0, before.promptTokens(), 1);
        assertEquals(200, before.maxTokens());
        assertEquals(64, expectations.affinity(request).blockTokens());
        for (int i = 0; i < 500; i++) {
            expectations.answered(KEY, request, new TokenUsage(bytes / 2, 60, 0, false));
        }
        Demand after = expectations.demand(KEY, request);
        assertEquals(bytes / 2.0, after.promptTokens(), 20);
        assertEquals(60, after.expectedTokens(), 6, "thirty tokens for each of two");
        assertEquals(128, expectations.affinity(request).blockTokens(), 4);
    }

    @Test
    void aPictureIsNotAsLongAsItsText() throws Exception {
        InferenceRequest request = chat(
                ",{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:"
                        + "A".repeat(400_000) + "\"}}]}",
                "");
        assertEquals(4_096, new Expectations().demand(KEY, request).promptTokens());
    }
}
