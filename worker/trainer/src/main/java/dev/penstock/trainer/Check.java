package dev.penstock.trainer;

import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Tells a right answer from a wrong one. */
@FunctionalInterface
public interface Check {

    /** Whether {@code answer} is right. */
    boolean accepts(String answer);

    /** The answer holds these numbers in this order, and no other. */
    static Check numbers(List<Integer> expected) {
        Pattern number = Pattern.compile("\\d+");
        List<String> written = expected.stream().map(String::valueOf).toList();
        return answer -> number.matcher(answer)
                .results()
                .map(MatchResult::group)
                .toList()
                .equals(written);
    }

    /** The answer holds this number and no other. */
    static Check number(int expected) {
        return numbers(List.of(expected));
    }

    /** The answer contains every phrase, whatever their case. */
    static Check phrases(String... phrases) {
        List<String> wanted =
                List.of(phrases).stream().map(p -> p.toLowerCase(Locale.ROOT)).toList();
        return answer -> wanted.stream().allMatch(answer.toLowerCase(Locale.ROOT)::contains);
    }

    /** The answer is this text, spaces around it aside. */
    static Check exactly(String expected) {
        return answer -> answer.strip().equals(expected);
    }

    /** The answer ends with this text, which begins where a word begins. */
    static Check ending(String expected) {
        Pattern end = Pattern.compile("(^|.*[^\\w-])" + Pattern.quote(expected), Pattern.DOTALL);
        return answer -> end.matcher(answer.strip()).matches();
    }

    /** Both checks accept. */
    default Check and(Check other) {
        return answer -> accepts(answer) && other.accepts(answer);
    }
}
