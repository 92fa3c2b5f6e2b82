package dev.penstock.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** The names of a request's fields: those that are usual are there already, and need not be made for each request. */
final class RequestNames {
    private static final List<String> USUAL = List.of(
            "model",
            "messages",
            "prompt",
            "input",
            "stream",
            "stream_options",
            "temperature",
            "top_p",
            "max_tokens",
            "max_completion_tokens",
            "n",
            "stop",
            "seed",
            "user",
            "tools",
            "tool_choice",
            "parallel_tool_calls",
            "response_format",
            "logprobs",
            "top_logprobs",
            "logit_bias",
            "presence_penalty",
            "frequency_penalty",
            "reasoning_effort",
            "encoding_format",
            "dimensions",
            "suffix",
            "echo",
            "best_of",
            "store",
            "metadata",
            "top_k",
            "min_p",
            "repetition_penalty");
    private static final int SLOT_BITS = 8;
    private static final long MIX = 0x9e3779b97f4a7c15L; // 2^64 divided by the golden ratio: spreads the bits
    private static final String[] BY_SLOT = bySlot();

    private RequestNames() {}

    private static String[] bySlot() {
        String[] slots = new String[1 << SLOT_BITS];
        Arrays.fill(slots, "");
        for (String name : USUAL) {
            byte[] quoted = ("\"" + name + "\"").getBytes(StandardCharsets.US_ASCII);
            slots[slot(quoted, 0, quoted.length)] = name;
        }
        return slots;
    }

    private static int slot(byte[] bytes, int start, int end) {
        return (int) ((JsonText.head(bytes, start + 1, end - start - 2) * MIX) >>> (Long.SIZE - SLOT_BITS));
    }

    /** The name, without escapes, that lies there from its opening quote to past its closing one. */
    static String at(byte[] bytes, int start, int end) {
        String usual = BY_SLOT[slot(bytes, start, end)];
        return JsonText.spells(bytes, start, end, usual)
                ? usual
                : new String(bytes, start + 1, end - start - 2, StandardCharsets.UTF_8);
    }
}
