package dev.penstock.engine.language;

import dev.penstock.engine.tokenizer.TokenTable;
import dev.penstock.engine.tokenizer.Utf8Assembler;
import java.util.ArrayList;
import java.util.List;

/**
 * Which characters of an echoed prompt are which token's. The echo is the text as it was given, which says more than the
 * tokens do (a special token that was spelled out is part of it) and less (one that the tokenizer put before it is not).
 */
final class EchoedText {
    private final TokenTable table;
    private final String text;
    private final Utf8Assembler assembler = new Utf8Assembler();
    private int at;

    private EchoedText(TokenTable table, String text) {
        this.table = table;
        this.text = text;
    }

    /** These tokens of a prompt, in order, each with its length in the prompt's text. */
    static List<TokenLogprob> measure(TokenTable table, String text, List<TokenLogprob> tokens) {
        EchoedText echoed = new EchoedText(table, text);
        List<TokenLogprob> measured = new ArrayList<>(tokens.size());
        for (TokenLogprob token : tokens) {
            measured.add(token.withTextLength(echoed.next(token.token())));
        }
        return measured;
    }

    private int next(TokenText token) {
        String piece = table.isSpecial(token.id()) ? token.text() : assembler.append(token.bytes());
        if (text.startsWith(piece, at)) {
            return take(piece.length());
        }
        if (table.isSpecial(token.id())) {
            return 0;
        }
        // SentencePiece puts a space before the first word; where the tokenizer rewrites text, lengths are all there
        // is.
        boolean isSpaced = piece.startsWith(" ") && text.startsWith(piece.substring(1), at);
        return take(isSpaced ? piece.length() - 1 : piece.length());
    }

    private int take(int length) {
        int from = at;
        at = Math.min(text.length(), at + length);
        return text.codePointCount(from, at);
    }
}
