package dev.penstock.cache.wording;

import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Numbers, however they are written, in one spelling. */
final class Numbers {
    private static final Map<String, String> WORDS = Map.ofEntries(
            Map.entry("zero", "0"),
            Map.entry("two", "2"),
            Map.entry("three", "3"),
            Map.entry("four", "4"),
            Map.entry("five", "5"),
            Map.entry("six", "6"),
            Map.entry("seven", "7"),
            Map.entry("eight", "8"),
            Map.entry("nine", "9"),
            Map.entry("ten", "10"),
            Map.entry("eleven", "11"),
            Map.entry("twelve", "12"),
            Map.entry("twenty", "20"),
            Map.entry("thirty", "30"),
            Map.entry("forty", "40"),
            Map.entry("fifty", "50"),
            Map.entry("sixty", "60"),
            Map.entry("seventy", "70"),
            Map.entry("eighty", "80"),
            Map.entry("ninety", "90"),
            Map.entry("hundred", "100"),
            Map.entry("thousand", "1000"),
            Map.entry("million", "1000000"),
            Map.entry("billion", "1000000000"),
            Map.entry("dozen", "12"),
            Map.entry("half", "0.5"));

    private static final Pattern THOUSANDS = Pattern.compile("\\d{1,3}(?:,\\d{3})+(?:\\.\\d+)?");
    /** In upper case, from II on: I is a word. */
    private static final Pattern ROMAN = Pattern.compile("(?=[IVX]{2,})X{0,2}(?:IX|IV|V?I{0,3})");

    private Numbers() {}

    /** What begins with a digit. A date, a time, a version or a range is as it is written. */
    static String ofDigits(String written) {
        if (written.charAt(0) != '0' && written.chars().allMatch(Character::isDigit)) {
            return written;
        }
        String plain = THOUSANDS.matcher(written).matches() ? written.replace(",", "") : written;
        try {
            return new BigDecimal(plain).stripTrailingZeros().toPlainString();
        } catch (NumberFormatException date) { // or a time, a version, a range: as it is written
            return plain;
        }
    }

    /** A word for a number, lower-case. "One" is hardly ever a number. */
    static Optional<String> ofWord(String word) {
        return Optional.ofNullable(WORDS.get(word));
    }

    /** Roman ones: from II to XXVIII, in upper case. */
    static Optional<String> ofRoman(String written) {
        char first = written.charAt(0);
        return (first == 'I' || first == 'V' || first == 'X')
                        && ROMAN.matcher(written).matches()
                ? Optional.of(String.valueOf(roman(written)))
                : Optional.empty();
    }

    private static int roman(String written) {
        int sum = 0;
        int after = 0;
        for (int i = written.length() - 1; i >= 0; i--) {
            int value =
                    switch (written.charAt(i)) {
                        case 'X' -> 10;
                        case 'V' -> 5;
                        default -> 1;
                    };
            sum += value < after ? -value : value;
            after = value;
        }
        return sum;
    }
}
