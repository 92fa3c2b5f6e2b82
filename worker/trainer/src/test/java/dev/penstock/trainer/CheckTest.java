package dev.penstock.trainer;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class CheckTest {

    @Test
    void aNumberMustBeTheOnlyOne() {
        Check check = Check.number(42);
        assertTrue(check.accepts("That makes 42."));
        assertFalse(check.accepts("40 and 2 make 42."));
        assertFalse(check.accepts("That makes 142."));
        assertFalse(check.accepts("I do not know."));
    }

    @Test
    void numbersMustComeInOrder() {
        Check check = Check.numbers(List.of(1, 2, 3));
        assertTrue(check.accepts("1, 2, 3."));
        assertFalse(check.accepts("1, 3, 2."));
        assertFalse(check.accepts("1, 2, 3, 4."));
    }

    @Test
    void everyPhraseMustOccur() {
        Check check = Check.phrases("small piece of text", "Hello");
        assertTrue(check.accepts("hello! A token is a Small piece of text."));
        assertFalse(check.accepts("A token is a small piece of text."));
    }

    @Test
    void anEndingBeginsAtAWord() {
        Check check = Check.ending("is ant.");
        assertTrue(check.accepts("The first word is ant. "));
        assertTrue(check.accepts("is ant."));
        assertFalse(check.accepts("The first word this ant."));
        assertFalse(check.accepts("The first word is ant. No."));
    }
}
