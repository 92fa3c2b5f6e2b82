package dev.penstock.trainer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.onnx.ByteLevelTokenizer;
import dev.penstock.onnx.ByteLevelTokenizer.Merge;
import java.util.List;
import org.junit.jupiter.api.Test;

class BytePairsTest {

    @Test
    void theMostFrequentPairComesFirst() {
        BytePairs pairs = new BytePairs();
        pairs.read("low low low low lower lower newest newest newest newest newest newest");
        List<Merge> merges = pairs.learn(259 + 3).merges();
        // "we" occurs 2 + 6 times, no other pair as often.
        assertEquals(new Merge("w", "e"), merges.getFirst());
        assertEquals(3, merges.size());
    }

    @Test
    void digitsAndWordsStayApart() {
        BytePairs pairs = new BytePairs();
        pairs.read("12,12,12,12,a,1,a,1,a,1,a,");
        assertEquals(List.of(), pairs.learn(1000).merges());
    }

    @Test
    void rarePairsAreNotLearned() {
        BytePairs pairs = new BytePairs();
        pairs.read("ab ab");
        assertTrue(pairs.learn(1000).merges().isEmpty());
    }

    @Test
    void spacesBelongToTheWordTheyPrecede() {
        BytePairs pairs = new BytePairs();
        pairs.read("x ox ox ox ox");
        ByteLevelTokenizer tokens = pairs.learn(1000);
        assertTrue(tokens.tokens().contains("\u0120ox"), tokens.merges().toString());
    }

    @Test
    void textBeyondAsciiIsBytes() {
        BytePairs pairs = new BytePairs();
        pairs.read("é é é é");
        assertEquals(new Merge("\u00c3", "\u00a9"), pairs.learn(260).merges().getFirst());
    }
}
