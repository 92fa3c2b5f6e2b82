package dev.penstock.loadtest.mock;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;

/** One answer of a mock, in the forms in which it goes over the wire. All choices of a request have the same text. */
public final class MockAnswer {
    /** The last frame of a whole stream. */
    public static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.UTF_8);

    private final long hash;
    private final String[] tokens;
    private final int promptTokens;

    MockAnswer(long hash, String[] tokens, int promptTokens) {
        this.hash = hash;
        this.tokens = tokens;
        this.promptTokens = promptTokens;
    }

    /** The texts of its tokens, in order. */
    public List<String> tokens() {
        return Collections.unmodifiableList(Arrays.asList(tokens));
    }

    /** The whole text. */
    public String text() {
        return String.join("", tokens);
    }

    /** What {@code usage.prompt_tokens} says: a quarter of the prompt's characters. */
    public int promptTokens() {
        return promptTokens;
    }

    /** What {@code usage.completion_tokens} says for one choice. */
    public int completionTokens() {
        return tokens.length;
    }

    /** A {@code chat.completion}. */
    public byte[] json(String model, int choices) {
        return whole(
                "chat.completion",
                "chatcmpl-",
                ",\"message\":{\"role\":\"assistant\",\"content\":\"",
                "\"}",
                model,
                choices);
    }

    /** A {@code text_completion}: what {@code /v1/completions} answers. */
    public byte[] textJson(String model, int choices) {
        return whole("text_completion", "cmpl-", ",\"text\":\"", "\",\"logprobs\":null", model, choices);
    }

    private byte[] whole(String object, String id, String before, String after, String model, int choices) {
        StringBuilder json = new StringBuilder(512 + choices * tokens.length * tokens[0].length())
                .append(head(object, id, model))
                .append(",\"choices\":[");
        for (int choice = 0; choice < choices; choice++) {
            json.append(choice == 0 ? "" : ",")
                    .append("{\"index\":")
                    .append(choice)
                    .append(before);
            for (String token : tokens) {
                appendEscaped(json, token);
            }
            json.append(after).append(",\"finish_reason\":\"stop\"}");
        }
        return utf8(json.append("],").append(usage(choices)).append('}'));
    }

    /**
     * The frames of its stream, {@link #DONE} the last: the role of each choice, a frame a token with the choices in turn,
     * the finish of each choice, and usage where asked for.
     */
    public List<byte[]> frames(String model, int choices, boolean usage) {
        String head = "data: " + head("chat.completion.chunk", "chatcmpl-", model) + ",\"choices\":[";
        List<byte[]> frames = new ArrayList<>((tokens.length + 2) * choices + 2);
        addFrames(
                frames,
                head,
                choices,
                ",\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}]}\n\n");
        for (String token : tokens) {
            StringBuilder delta = new StringBuilder(",\"delta\":{\"content\":\"");
            appendEscaped(delta, token);
            addFrames(frames, head, choices, delta.append("\"},\"finish_reason\":null}]}\n\n"));
        }
        addFrames(frames, head, choices, ",\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n");
        return ended(frames, head, choices, usage);
    }

    /** The frames of its stream as {@code /v1/completions} has them: as above, but without roles. */
    public List<byte[]> textFrames(String model, int choices, boolean usage) {
        String head = "data: " + head("text_completion", "cmpl-", model) + ",\"choices\":[";
        List<byte[]> frames = new ArrayList<>((tokens.length + 1) * choices + 2);
        for (String token : tokens) {
            StringBuilder text = new StringBuilder(",\"text\":\"");
            appendEscaped(text, token);
            addFrames(frames, head, choices, text.append("\",\"logprobs\":null,\"finish_reason\":null}]}\n\n"));
        }
        addFrames(frames, head, choices, ",\"text\":\"\",\"logprobs\":null,\"finish_reason\":\"stop\"}]}\n\n");
        return ended(frames, head, choices, usage);
    }

    /** The same for each choice. */
    private static void addFrames(List<byte[]> frames, String head, int choices, CharSequence rest) {
        for (int choice = 0; choice < choices; choice++) {
            frames.add(utf8(new StringBuilder(head.length() + rest.length() + 16)
                    .append(head)
                    .append("{\"index\":")
                    .append(choice)
                    .append(rest)));
        }
    }

    private List<byte[]> ended(List<byte[]> frames, String head, int choices, boolean usage) {
        if (usage) {
            frames.add(utf8(
                    new StringBuilder(head).append("],").append(usage(choices)).append("}\n\n")));
        }
        frames.add(DONE);
        return frames;
    }

    /** Up to its choices: identity and time depend on the answer only, so that the same answer is the same bytes. */
    private String head(String object, String id, String model) {
        StringBuilder escaped = new StringBuilder(model.length());
        appendEscaped(escaped, model);
        return "{\"id\":\"" + id + HexFormat.of().toHexDigits(hash) + "\",\"object\":\"" + object + "\",\"created\":"
                + (1_700_000_000L + (hash >>> 40)) + ",\"model\":\"" + escaped + '"';
    }

    private String usage(int choices) {
        int completion = tokens.length * choices;
        return "\"usage\":{\"prompt_tokens\":" + promptTokens + ",\"completion_tokens\":" + completion
                + ",\"total_tokens\":" + (promptTokens + completion) + "}";
    }

    static void appendEscaped(StringBuilder json, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                default -> json.append(c);
            }
        }
    }

    /** A token is four characters. */
    static int promptTokens(String prompt) {
        return (prompt.length() + 3) / 4;
    }

    private static byte[] utf8(StringBuilder text) {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
