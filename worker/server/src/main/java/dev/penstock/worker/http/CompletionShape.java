package dev.penstock.worker.http;

import dev.penstock.engine.language.FinishReason;
import dev.penstock.engine.language.TokenLogprob;
import dev.penstock.engine.language.TokenText;
import dev.penstock.engine.language.Usage;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;

/** {@code text_completion}, whole and in chunks, with the log probabilities of the older API. */
final class CompletionShape implements ReplyShape {
    private static final HexFormat ESCAPED = HexFormat.of().withPrefix("\\x");

    private final ReplyHead head;
    private final byte[] chunkStart;
    private final int[] offsets;

    CompletionShape(ReplyHead head, int choices) {
        this.head = head;
        this.offsets = new int[choices];
        chunkStart = head.write(new Json(256).raw("data: {"), "text_completion")
                .raw(",\"choices\":[{\"index\":")
                .toBytes();
    }

    @Override
    public void opening(Json out, int choice) {
        // This shape has no role to tell.
    }

    @Override
    public void delta(Json out, int choice, String text, List<TokenLogprob> logprobs) {
        if (text.isEmpty() && logprobs.isEmpty()) {
            return;
        }
        out.raw(chunkStart).number(choice).raw(",\"text\":").string(text).raw(",\"logprobs\":");
        logprobs(out, choice, logprobs);
        out.raw(",\"finish_reason\":null}]}\n\n");
    }

    @Override
    public void ending(Json out, int choice, FinishReason reason) {
        out.raw(chunkStart)
                .number(choice)
                .raw(",\"text\":\"\",\"logprobs\":null,\"finish_reason\":")
                .raw(ReplyShape.word(reason))
                .raw("}]}\n\n");
    }

    @Override
    public void usage(Json out, Usage usage) {
        head.write(out.raw("data: {"), "text_completion").raw(",\"choices\":[],");
        ReplyShape.writeUsage(out, usage);
        out.raw("}\n\n");
    }

    @Override
    public void whole(Json out, List<Choice> choices, Usage usage) {
        head.write(out.raw("{"), "text_completion").raw(",\"choices\":[");
        for (int i = 0; i < choices.size(); i++) {
            Choice choice = choices.get(i);
            out.raw(i == 0 ? "{\"index\":" : ",{\"index\":")
                    .number(i)
                    .raw(",\"text\":")
                    .string(choice.text())
                    .raw(",\"logprobs\":");
            logprobs(out, i, choice.logprobs());
            out.raw(",\"finish_reason\":").raw(ReplyShape.word(choice.reason())).raw("}");
        }
        out.raw("],");
        ReplyShape.writeUsage(out, usage);
        out.raw("}");
    }

    private void logprobs(Json out, int choice, List<TokenLogprob> logprobs) {
        if (!head.logprobs()) {
            out.raw("null");
            return;
        }
        Json tokens = new Json(64);
        Json values = new Json(64);
        Json tops = new Json(128);
        Json places = new Json(64);
        for (TokenLogprob logprob : logprobs) {
            String comma = tokens.isEmpty() ? "" : ",";
            tokens.raw(comma).string(name(logprob.token()));
            values.raw(comma);
            tops.raw(comma);
            // The first token of an echoed prompt follows nothing and so has no probability.
            logprob.logprob().ifPresentOrElse(values::logprob, () -> values.raw("null"));
            top(tops, logprob);
            places.raw(comma).number(offsets[choice]);
            offsets[choice] += logprob.textLength();
        }
        out.raw("{\"tokens\":[").raw(tokens.toBytes());
        out.raw("],\"token_logprobs\":[").raw(values.toBytes());
        out.raw("],\"top_logprobs\":[").raw(tops.toBytes());
        out.raw("],\"text_offset\":[").raw(places.toBytes());
        out.raw("]}");
    }

    /** The likeliest tokens and the one that was taken, as the older API had it; names that repeat are written once. */
    private static void top(Json out, TokenLogprob logprob) {
        if (logprob.logprob().isEmpty()) {
            out.raw("null");
            return;
        }
        Set<String> written = new HashSet<>();
        out.raw("{");
        for (TokenLogprob.Alternative alternative : logprob.top()) {
            entry(out, written, name(alternative.token()), alternative.logprob());
        }
        entry(out, written, name(logprob.token()), logprob.logprob().getAsDouble());
        out.raw("}");
    }

    private static void entry(Json out, Set<String> written, String name, double logprob) {
        if (written.add(name)) {
            out.raw(written.size() == 1 ? "" : ",").string(name).raw(":").logprob(logprob);
        }
    }

    /** The token's text, or its bytes in OpenAI's notation where they are a part of a character. */
    private static String name(TokenText token) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(token.bytes()))
                    .toString();
        } catch (CharacterCodingException partOfCharacter) {
            return "bytes:" + ESCAPED.formatHex(token.bytes());
        }
    }
}
