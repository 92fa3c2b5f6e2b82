package dev.penstock.cache.wording;

import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Identifiers, paths, flags and quoted texts in a text. */
final class Code {
    private static final Pattern QUOTED =
            Pattern.compile("`[^`]{1,200}`|\"[^\"]{1,200}\"|“[^”]{1,200}”|„[^“”]{1,200}[“”]"
                    + "|«[^»]{1,200}»|(?<![\\p{L}\\p{N}])['‘][^'’\\n]{1,200}['’](?![\\p{L}\\p{N}])");
    /**
     * What a program would read: with an underscore, a slash, two colons, a call, a flag, or a hump. Each begins where a word
     * does and repeats without going back, so that no text takes more than a few passes or a deep stack.
     */
    private static final Pattern CODE = Pattern.compile(
            "(?:(?<![\\w$])[\\w$]+(?:_|::|->|/|\\\\|@)[\\w$./:-]*\\w)|(?:(?<![\\w.])[\\w.]++\\(\\)?)|(?:(?<!\\S)--?[a-zA-Z][\\w-]*)|(?:\\b[a-z]+[A-Z]\\w*)"
                    + "|(?:\\b\\w+\\.(?:[a-z]\\w{0,4})\\b(?!\\.?\\s*$))|(?:/[\\w.-]++(?:/[\\w.-]++)++)");

    private Code() {}

    /** As they are written; quoted texts without their quotes. */
    static Set<String> of(String text) {
        Set<String> code = new HashSet<>();
        if (mayQuote(text)) {
            Matcher quoted = QUOTED.matcher(text);
            while (quoted.find()) {
                code.add(
                        quoted.group().substring(1, quoted.group().length() - 1).strip());
            }
        }
        if (mayProgram(text)) {
            Matcher program = CODE.matcher(text);
            while (program.find()) {
                code.add(program.group());
            }
        }
        return code;
    }

    /** Most texts have none: the pattern is slow to find that. */
    private static boolean mayQuote(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ("`\"“„«".indexOf(c) >= 0 || ((c == '\'' || c == '‘') && (i == 0 || !letterOrDigit(text, i - 1)))) {
                return true;
            }
        }
        return false;
    }

    /** Likewise. */
    private static boolean mayProgram(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean may =
                    switch (c) {
                        case '_', '/', '\\', '@', '>', '(' -> true;
                        case ':' -> i > 0 && text.charAt(i - 1) == ':';
                        case '.' -> i + 1 < text.length() && Character.isLowerCase(text.charAt(i + 1));
                        case '-' -> i == 0 || Character.isWhitespace(text.charAt(i - 1));
                        default -> i > 0 && Character.isUpperCase(c) && Character.isLowerCase(text.charAt(i - 1));
                    };
            if (may) {
                return true;
            }
        }
        return false;
    }

    private static boolean letterOrDigit(String text, int at) {
        return Character.isLetterOrDigit(text.charAt(at));
    }
}
