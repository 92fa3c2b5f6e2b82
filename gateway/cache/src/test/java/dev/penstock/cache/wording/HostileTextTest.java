package dev.penstock.cache.wording;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever writes a question, or an answer, decides what is read: no text may hold up the thread that reads all of them. */
class HostileTextTest {
    private static final Duration LONG = Duration.ofSeconds(4);

    /** What is repeated before the colon, what ends the text after it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/a:", "/:", "a:(", "a:@ ", "a: .b", "a.:", "a_-:", "-:1", "aA:", "$:_", "'a :", "1,:", "1:_ ", "-1 :",
                "a::", "not :", "\u0301:", "\ud800:", "XVI :", "N :", "_$:@ "
            })
    void isReadInAFewPasses(String text) {
        int colon = text.lastIndexOf(':');
        String begin = text.substring(0, colon);
        String hostile = begin.repeat(Wording.MOST_CHARACTERS / begin.length() - 1) + text.substring(colon + 1);
        assertNotNull(assertTimeoutPreemptively(LONG, () -> Wording.of(hostile)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            call foo_bar.baz now | foo_bar.baz
            open(file) of it | open(
            see a.b.call() there | a.b.call()
            look at /usr/lib/x.so please | /usr/lib/x.so
            the camelCase one | camelCase
            std::vector here | std::vector
            with --dry-run on | --dry-run
            """)
    void isReadAsBefore(String text, String code) {
        assertEquals(Set.of(code), Code.of(text));
    }
}
