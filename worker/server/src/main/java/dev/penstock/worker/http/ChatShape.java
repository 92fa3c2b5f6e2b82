package dev.penstock.worker.http;

import dev.penstock.engine.language.FinishReason;
import dev.penstock.engine.language.TokenLogprob;
import dev.penstock.engine.language.TokenText;
import dev.penstock.engine.language.Usage;
import java.util.List;

/** {@code chat.completion} and {@code chat.completion.chunk}. */
final class ChatShape implements ReplyShape {
    private final ReplyHead head;
    private final byte[] chunkStart;

    ChatShape(ReplyHead head) {
        this.head = head;
        Json start = head.write(new Json(256).raw("data: {"), "chat.completion.chunk");
        if (head.includeUsage()) {
            // Clients that asked for usage expect the key in every chunk, null in all but the last.
            start.raw(",\"usage\":null");
        }
        chunkStart = start.raw(",\"choices\":[{\"index\":").toBytes();
    }

    @Override
    public void opening(Json out, int choice) {
        out.raw(chunkStart)
                .number(choice)
                .raw(",\"delta\":{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null},\"logprobs\":null,")
                .raw("\"finish_reason\":null}]}\n\n");
    }

    @Override
    public void delta(Json out, int choice, String text, List<TokenLogprob> logprobs) {
        if (text.isEmpty() && logprobs.isEmpty()) {
            return;
        }
        out.raw(chunkStart)
                .number(choice)
                .raw(",\"delta\":{\"content\":")
                .string(text)
                .raw("},\"logprobs\":");
        logprobs(out, logprobs);
        out.raw(",\"finish_reason\":null}]}\n\n");
    }

    @Override
    public void ending(Json out, int choice, FinishReason reason) {
        out.raw(chunkStart)
                .number(choice)
                .raw(",\"delta\":{},\"logprobs\":null,\"finish_reason\":")
                .raw(ReplyShape.word(reason))
                .raw("}]}\n\n");
    }

    @Override
    public void usage(Json out, Usage usage) {
        head.write(out.raw("data: {"), "chat.completion.chunk").raw(",\"choices\":[],");
        ReplyShape.writeUsage(out, usage);
        out.raw("}\n\n");
    }

    @Override
    public void whole(Json out, List<Choice> choices, Usage usage) {
        head.write(out.raw("{"), "chat.completion").raw(",\"choices\":[");
        for (int i = 0; i < choices.size(); i++) {
            Choice choice = choices.get(i);
            out.raw(i == 0 ? "{\"index\":" : ",{\"index\":")
                    .number(i)
                    .raw(",\"message\":{\"role\":\"assistant\",\"content\":")
                    .string(choice.text())
                    .raw(",\"refusal\":null,\"annotations\":[]},\"logprobs\":");
            logprobs(out, choice.logprobs());
            out.raw(",\"finish_reason\":").raw(ReplyShape.word(choice.reason())).raw("}");
        }
        out.raw("],");
        ReplyShape.writeUsage(out, usage);
        out.raw("}");
    }

    private void logprobs(Json out, List<TokenLogprob> logprobs) {
        if (!head.logprobs()) {
            out.raw("null");
            return;
        }
        out.raw("{\"content\":[");
        for (int i = 0; i < logprobs.size(); i++) {
            TokenLogprob logprob = logprobs.get(i);
            out.raw(i == 0 ? "{" : ",{");
            token(out, logprob.token(), logprob.logprob().orElse(0));
            out.raw(",\"top_logprobs\":[");
            for (int j = 0; j < logprob.top().size(); j++) {
                out.raw(j == 0 ? "{" : ",{");
                token(out, logprob.top().get(j).token(), logprob.top().get(j).logprob());
                out.raw("}");
            }
            out.raw("]}");
        }
        out.raw("],\"refusal\":null}");
    }

    private static void token(Json out, TokenText token, double logprob) {
        out.raw("\"token\":").string(token.text()).raw(",\"logprob\":").logprob(logprob);
        out.raw(",\"bytes\":[");
        byte[] bytes = token.bytes();
        for (int i = 0; i < bytes.length; i++) {
            out.raw(i == 0 ? "" : ",").number(bytes[i] & 0xff);
        }
        out.raw("]");
    }
}
