package dev.penstock.cache.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** In doubt they say different things: the last row could be told from the one before only by understanding it. */
class AgreementTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    true  | Yes. | yes
                    true  | The capital of France is Paris. | the capital of France is Paris
                    true  | You can reset your card in the app under Settings. | Reset your card in the app, under Settings.
                    false | Yes. | No.
                    false | The fee is 3 euros. | The fee is 5 euros.
                    false | The fee is 3 euros. | The fee is 3 dollars.
                    false | You can cancel it. | You cannot cancel it.
                    false | The capital of France is Paris. | The capital of Italy is Rome.
                    false | Open the app and freeze the card. | Call us, and a new account is opened within days.
                    false | x = -1 | x = 1
                    false | Rome beat Paris. | Paris beat Rome.
                    false | Paris is the capital of France. | The capital of France is Paris.
                    false | '' | Something
                    """)
    void saysTheSameOrNot(boolean same, String one, String other) {
        assertEquals(same, Agreement.between(one, other));
        assertEquals(same, Agreement.between(other, one));
    }

    @Test
    void ofLongTextsOnlyEqualOnesDo() {
        String begin = "The order of things is as it was before. ".repeat(250);
        assertEquals(true, Agreement.between(begin + "It costs 3 euros.", begin + "it costs 3 euros"));
        assertEquals(false, Agreement.between(begin + "It costs 3 euros.", begin + "It costs 5 euros."));
    }
}
