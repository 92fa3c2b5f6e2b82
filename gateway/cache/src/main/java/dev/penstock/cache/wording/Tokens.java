package dev.penstock.cache.wording;

import java.util.ArrayList;
import java.util.List;

/**
 * A text's words: letters, with what follows an apostrophe; digits, with what separates them; signs of currencies.
 * Everything else is between them.
 */
final class Tokens {
    private static final String CURRENCIES = "$€£¥₹";
    private static final String SEPARATORS = ",.:/-";
    private static final String ENDS = ".!?\n";

    /**
     * A word.
     *
     * @param written with a straight apostrophe
     * @param first whether it begins a sentence
     */
    record Token(String written, boolean first) {}

    private final String text;
    private final List<Token> tokens = new ArrayList<>();

    private Tokens(String text) {
        this.text = text;
    }

    /** In their order. */
    static List<Token> of(String text) {
        Tokens scan = new Tokens(text);
        scan.run();
        return scan.tokens;
    }

    private void run() {
        boolean first = true;
        int at = 0;
        while (at < text.length()) {
            int end = end(at);
            if (end > at) {
                tokens.add(new Token(text.substring(at, end).replace('’', '\''), first));
                first = false;
                at = end;
            } else {
                first |= ENDS.indexOf(text.charAt(at)) >= 0;
                at += Character.charCount(text.codePointAt(at));
            }
        }
    }

    /** Where the word that begins there ends; there, where none does. */
    private int end(int at) {
        char c = text.charAt(at);
        if (digit(c)) {
            return digits(at);
        }
        if (CURRENCIES.indexOf(c) >= 0) {
            return at + 1;
        }
        int end = letters(at);
        if (end == at + 1 && (c == 'c' || c == 'C')) {
            return text.startsWith("++", end) ? end + 2 : text.startsWith("#", end) ? end + 1 : end;
        }
        boolean apostrophe = end > at && end < text.length() && (text.charAt(end) == '\'' || text.charAt(end) == '’');
        int after = apostrophe ? letters(end + 1) : end;
        return apostrophe && after > end + 1 ? after : end;
    }

    private int letters(int from) {
        int at = from;
        while (at < text.length()) {
            int c = text.codePointAt(at);
            if (!Character.isLetter(c) && !mark(c)) {
                break;
            }
            at += Character.charCount(c);
        }
        return at;
    }

    private int digits(int from) {
        int end = from + 1;
        for (int at = end; at < text.length(); at++) {
            if (digit(text.charAt(at))) {
                end = at + 1;
            } else if (SEPARATORS.indexOf(text.charAt(at)) < 0) {
                break;
            }
        }
        return end;
    }

    private static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean mark(int c) {
        int type = Character.getType(c);
        return type == Character.NON_SPACING_MARK
                || type == Character.COMBINING_SPACING_MARK
                || type == Character.ENCLOSING_MARK;
    }
}
