package dev.penstock.jmh;

import dev.penstock.protocol.SseFrame;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What benchmarks send through: bodies and answers like those of real servers, the same in every run. */
public final class Samples {
    /** Chunks of the stream, {@code [DONE]} not counted: the role, the words, the finish reason, the usage. */
    public static final int CHUNKS = 100;

    /** The model that is asked. */
    public static final String MODEL = "meta-llama/Llama-3.1-8B-Instruct";

    private static final int SLICE_BYTES = 7;
    /** Of a chat body without its prompt. */
    private static final int ENVELOPE_BYTES = 300;

    private static final List<String> WORDS =
            List.of("The", " penstock", " carries", " water", " under", " pressure", " to", " the", " turbine", ".");
    private static final String PLAIN = "Explain how the gate is set when the \\\"head\\\" is low.\\n";
    private static final String ACCENTED = "Erkläre, wie der Schütz bei niedrigem Gefälle steht – „kurz“, bitte. 水\\n";

    private Samples() {}

    /** How the network cuts a stream. */
    public enum Cut {
        /** All of it in one piece. */
        WHOLE,
        /** A piece for each frame. */
        CHUNKS,
        /** Pieces of seven bytes. */
        SLICES
    }

    /** A streamed chat answer, cut. */
    public static List<byte[]> stream(Cut cut) {
        List<byte[]> frames = frames();
        return switch (cut) {
            case WHOLE -> List.of(joined(frames));
            case CHUNKS -> frames;
            case SLICES -> slices(joined(frames));
        };
    }

    private static List<byte[]> frames() {
        List<byte[]> frames = new ArrayList<>();
        frames.add(SseFrame.encode(chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null")));
        for (int i = 0; i < CHUNKS - 3; i++) {
            frames.add(SseFrame.encode(contentChunk(i)));
        }
        frames.add(SseFrame.encode(chunk("{}", "\"stop\"")));
        frames.add(SseFrame.encode(chunkOf("[]", ",\"usage\":" + usage())));
        frames.add(SseFrame.encode("[DONE]"));
        return frames;
    }

    /** The payload of a chunk that carries a word. */
    static String contentChunk(int index) {
        return chunk("{\"content\":\"" + WORDS.get(index % WORDS.size()) + "\"}", "null");
    }

    private static String chunk(String delta, String finishReason) {
        return chunkOf(
                "[{\"index\":0,\"delta\":" + delta + ",\"logprobs\":null,\"finish_reason\":" + finishReason + "}]", "");
    }

    private static String chunkOf(String choices, String more) {
        return "{\"id\":\"chatcmpl-7f3a9c1e5b2d4860\",\"object\":\"chat.completion.chunk\",\"created\":1795000000,"
                + "\"model\":\"" + MODEL + "\",\"choices\":" + choices + more + "}";
    }

    private static String usage() {
        return "{\"prompt_tokens\":128,\"completion_tokens\":98,\"total_tokens\":226,"
                + "\"prompt_tokens_details\":{\"cached_tokens\":64}}";
    }

    /** A chat answer in one piece. */
    static byte[] answer() {
        return ("{\"id\":\"chatcmpl-7f3a9c1e5b2d4860\",\"object\":\"chat.completion\",\"created\":1795000000,\"model\":\""
                        + MODEL + "\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\""
                        + PLAIN.repeat(30)
                        + "\"},\"logprobs\":null,\"finish_reason\":\"stop\"}],\"usage\":" + usage() + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** What a prompt is written in. */
    public enum Text {
        /** ASCII. */
        PLAIN,
        /** With letters of two and three bytes. */
        ACCENTED
    }

    /** The body of a streaming chat request of about so many bytes. */
    public static byte[] chat(int bytes, Text text) {
        String line = text == Text.PLAIN ? PLAIN : ACCENTED;
        int lineBytes = line.getBytes(StandardCharsets.UTF_8).length;
        int turns = bytes < 4096 ? 1 : 8;
        String content = line.repeat(Math.round((bytes - ENVELOPE_BYTES) / (float) (lineBytes * turns)));
        StringBuilder body = new StringBuilder(bytes)
                .append("{\"model\":\"")
                .append(MODEL)
                .append("\",\"messages\":[{\"role\":\"system\",\"content\":\"You are brief.\"}");
        for (int turn = 0; turn < turns; turn++) {
            String role = turn % 2 == 0 ? "user" : "assistant";
            body.append(",{\"role\":\"").append(role).append("\",\"content\":\"");
            body.append(content).append("\"}");
        }
        body.append("],\"stream\":true,\"temperature\":0.7,\"top_p\":0.95,\"max_tokens\":512,\"seed\":7,")
                .append("\"stop\":[\"###\"],\"user\":\"operator-17\"}");
        return body.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] joined(List<byte[]> frames) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        frames.forEach(joined::writeBytes);
        return joined.toByteArray();
    }

    private static List<byte[]> slices(byte[] whole) {
        List<byte[]> slices = new ArrayList<>();
        for (int from = 0; from < whole.length; from += SLICE_BYTES) {
            slices.add(Arrays.copyOfRange(whole, from, Math.min(whole.length, from + SLICE_BYTES)));
        }
        return slices;
    }
}
