package dev.penstock.gateway.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.penstock.gateway.cache.CacheKeys.Scope;
import dev.penstock.routing.Operation;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class KnownFormsTest {
    private static final CacheKeys KEYS = new CacheKeys("0123456789abcdef".getBytes(StandardCharsets.UTF_8));
    private static final Eligibility.Terms TERMS = new Eligibility.Terms(false, 0.7, 200);
    private static final Scope SCOPE = new Scope("acme", "public", "1");
    private static final long SEED = 20261128;

    private final KnownForms forms = new KnownForms(KEYS);

    private static String body(long number) {
        return "{'model':'m','temperature':0,'messages':[{'role':'user','content':'" + number + "'}]}";
    }

    private KnownForms.Known known(Scope scope, String body) {
        return forms.of(scope, Forms.chat(body), TERMS, false);
    }

    @Test
    void whoAsksAgainHasTheSameName() {
        assertEquals(known(SCOPE, body(1)), known(SCOPE, body(1)));
        assertEquals(
                known(SCOPE, body(1)).name(),
                known(SCOPE, body(1).replace(",", " , ")).name(),
                "blanks are gone from names");
    }

    @Test
    void whoeverItIsAndWhateverItSaysItsNameIsThatOfItsForm() {
        SplittableRandom random = new SplittableRandom(SEED);
        List<Scope> scopes = List.of(
                SCOPE,
                new Scope("acme", "public", "2"),
                new Scope("acme", "internal", "1"),
                new Scope("acm", "epublic", "1"),
                new Scope("other", "public", "1"));
        for (int i = 0; i < 20_000; i++) {
            Scope scope = scopes.get(random.nextInt(scopes.size()));
            String body = body(random.nextInt(5_000));
            assertEquals(KEYS.exact(scope, Forms.chat(body)), known(scope, body).name(), "seed " + SEED);
        }
    }

    @Test
    void theSameBodyOfOthersIsAnother() {
        Set<String> names = new HashSet<>();
        for (String tenant : List.of("a", "b")) {
            for (String dataClass : List.of("public", "private")) {
                for (String version : List.of("1", "2")) {
                    names.add(known(new Scope(tenant, dataClass, version), body(1))
                            .name());
                }
            }
        }
        assertEquals(8, names.size());
        assertNotEquals(
                forms.of(SCOPE, Forms.of(Operation.COMPLETION, "{'prompt':'x'}"), TERMS, true)
                        .name(),
                forms.of(SCOPE, Forms.of(Operation.EMBEDDING, "{'prompt':'x'}"), TERMS, true)
                        .name());
    }

    @Test
    void whatMayBeRememberedIsFoundOutAnewUnderOtherTerms() {
        String warm = "{'temperature':1,'messages':[{'role':'user','content':'why?'}]}";
        assertEquals(
                Optional.of("temperature"), known(SCOPE, warm).eligibility().exact());
        assertEquals(
                Optional.empty(),
                forms.of(SCOPE, Forms.chat(warm), TERMS, true).eligibility().exact());
        assertEquals(
                Optional.of("temperature"), known(SCOPE, warm).eligibility().exact());
        assertEquals(
                Optional.empty(),
                forms.of(SCOPE, Forms.chat(warm), new Eligibility.Terms(true, 0.7, 200), false)
                        .eligibility()
                        .exact());
    }
}
