package dev.penstock.gateway.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests written to be taken for others, or to be no requests. */
final class HostileFormsTest {
    private static final CacheKeys KEYS = new CacheKeys("0123456789abcdef".getBytes(StandardCharsets.UTF_8));
    private static final CacheKeys.Scope SCOPE = new CacheKeys.Scope("acme", "public", "1");

    private static String name(String value) {
        return KEYS.exact(SCOPE, Forms.chat("{'x':" + value + "}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "'\\ud800' | '\\ud801'",
                "'\\ud800' | '?'",
                "'a\\udc00' | 'a?'",
                "'\\ud83d\\ude00' | '\\ud83d'",
                "'\u00e9' | 'e\u0301'",
                "'a\\u0000' | 'a'",
                "'1' | 1",
                "'true' | true",
                "{'a':null} | {}",
                "[] | {}",
                "[1,[2]] | [[1],2]",
                "[[],[]] | [[[]]]",
                "9007199254740993 | 9007199254740992",
                "1e400 | -1e400",
                "1e400 | 'Infinity'",
                "1e400 | 1e308",
            })
    void areTheirOwn(String one, String other) {
        assertNotEquals(name(one), name(other));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "0 | -0.0",
                "0 | 1e-400",
                "10 | 1e1",
                "[1e400] | [1e401]",
                "'\u00e9' | '\\u00e9'",
                "'/' | '\\/'",
                "'\\ud83d\\ude00' | '\ud83d\ude00'",
                "{'a':1,'b':[2]} | { 'b' : [2.0], 'a' : 1 }",
            })
    void areOneInAnySpelling(String one, String other) {
        assertEquals(name(one), name(other));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'text':'hi'}",
                "{'a':{'type':'text','text':'hi'}}",
                "[]",
                "[{}]",
                "['hi']",
                "[{'type':'text','text':5}]",
                "[{'type':'text','text':'hi','cache_control':{'type':'ephemeral'}}]",
                "5",
            })
    void haveNoQuestion(String content) {
        assertEquals(
                Optional.empty(),
                Forms.chat("{'messages':[{'role':'user','content':" + content + "}]}")
                        .question());
    }
}
