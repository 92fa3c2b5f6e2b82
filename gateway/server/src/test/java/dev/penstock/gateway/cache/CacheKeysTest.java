package dev.penstock.gateway.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.cache.CacheKeys.Scope;
import dev.penstock.routing.Operation;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CacheKeysTest {
    private static final CacheKeys KEYS = new CacheKeys("0123456789abcdef".getBytes(StandardCharsets.UTF_8));
    private static final Scope SCOPE = new Scope("acme", "public", "1");
    private static final String PLAIN =
            "{'model':'m','temperature':0,'messages':[{'role':'system','content':'s'},{'role':'user','content':'hi'}]}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'messages':[{'content':'s','role':'system'},{'role':'user','content':'hi'}],'temperature':0.0,'model':'m'}",
                "{ 'model' : 'm','temperature':0e5, 'messages':[{'role':'system','content':'s'},{'role':'user','content':'hi'}]}",
                "{'model':'m','stream':true,'user':'u','stream_options':{'include_usage':true},'temperature':0,"
                        + "'messages':[{'role':'system','content':'s'},{'role':'user','content':'hi'}],'metadata':{'a':'b'}}",
                "{'model':'m','stop':null,'temperature':0,'messages':[{'role':'system','content':'s'},{'role':'user','content':'\\u0068i'}]}",
            })
    void oneFormHasOneName(String json) {
        assertEquals(KEYS.exact(SCOPE, Forms.chat(PLAIN)), KEYS.exact(SCOPE, Forms.chat(json)), json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'model':'n','temperature':0,'messages':[{'role':'system','content':'s'},{'role':'user','content':'hi'}]}",
                "{'model':'m','temperature':1,'messages':[{'role':'system','content':'s'},{'role':'user','content':'hi'}]}",
                "{'model':'m','temperature':0,'messages':[{'role':'system','content':'t'},{'role':'user','content':'hi'}]}",
                "{'model':'m','temperature':0,'messages':[{'role':'user','content':'s'},{'role':'user','content':'hi'}]}",
                "{'model':'m','temperature':0,'messages':[{'role':'user','content':'hi'}]}",
                "{'model':'m','temperature':0,'max_tokens':5,'messages':[{'role':'system','content':'s'},{'role':'user','content':'hi'}]}",
                "{'model':'m','temperature':0,'unknown':[1],'messages':[{'role':'system','content':'s'},{'role':'user','content':'hi'}]}",
                "{'model':'m','temperature':0,'messages':[{'role':'system','content':'s'},{'role':'user','name':'x','content':'hi'}]}",
                "{'model':'m','temperature':0,'messages':[{'role':'system','content':'s'},{'role':'assistant','content':'a'},{'role':'user','content':'hi'}]}",
            })
    void whatIsAskedWithinTellsPartitionsApart(String json) {
        assertNotEquals(KEYS.exact(SCOPE, Forms.chat(PLAIN)), KEYS.exact(SCOPE, Forms.chat(json)), json);
        assertNotEquals(KEYS.partition(SCOPE, Forms.chat(PLAIN)), KEYS.partition(SCOPE, Forms.chat(json)), json);
    }

    @Test
    void theQuestionAloneDoesNot() {
        String other = PLAIN.replace("'hi'", "'hello there'");
        assertNotEquals(KEYS.exact(SCOPE, Forms.chat(PLAIN)), KEYS.exact(SCOPE, Forms.chat(other)));
        assertEquals(KEYS.partition(SCOPE, Forms.chat(PLAIN)), KEYS.partition(SCOPE, Forms.chat(other)));
    }

    @Test
    void aQuestionCannotBeMadeToLookLikeWhatItIsAskedWithin() {
        RequestForm one =
                Forms.chat("{'model':'m','messages':[{'role':'user','content':'a'},{'role':'user','content':'b'}]}");
        RequestForm two = Forms.chat("{'model':'m','messages':[{'role':'user','content':'a4:roleb'}]}");
        assertNotEquals(KEYS.exact(SCOPE, one), KEYS.exact(SCOPE, two));
        assertNotEquals(KEYS.partition(SCOPE, one), KEYS.partition(SCOPE, two));
        RequestForm chat = Forms.chat("{'model':'m','prompt':'p','messages':[{'role':'user','content':'p'}]}");
        RequestForm completion =
                Forms.of(Operation.COMPLETION, "{'model':'m','prompt':'p','messages':[{'role':'user','content':'p'}]}");
        assertNotEquals(KEYS.partition(SCOPE, chat), KEYS.partition(SCOPE, completion));
    }

    /** 200,000 random requests of random owners: names are equal where owner and form are, and nowhere else. */
    @Test
    void nothingIsSharedBeyondItsOwner() {
        SplittableRandom random = new SplittableRandom(41);
        Map<String, String> owners = new HashMap<>();
        for (int i = 0; i < 200_000; i++) {
            Scope scope = new Scope(
                    "t" + random.nextInt(50), random.nextBoolean() ? "public" : "private", "" + random.nextInt(3));
            String system = "s" + random.nextInt(20);
            String question = "q" + random.nextInt(1_000);
            RequestForm form = Forms.chat("{'model':'m" + random.nextInt(3)
                    + "','messages':[{'role':'system','content':'" + system + "'},{'role':'user','content':'" + question
                    + "'}]}");
            String owner = scope + "|" + form.field("model") + "|" + system;
            String before = owners.putIfAbsent(KEYS.partition(scope, form), owner);
            assertTrue(before == null || before.equals(owner), () -> before + " and " + owner);
        }
        assertTrue(owners.size() > 10_000, () -> owners.size() + " partitions");
    }

    @Test
    void namesNeedTheSecret() {
        CacheKeys other = new CacheKeys("fedcba9876543210".getBytes(StandardCharsets.UTF_8));
        assertNotEquals(KEYS.exact(SCOPE, Forms.chat(PLAIN)), other.exact(SCOPE, Forms.chat(PLAIN)));
    }
}
