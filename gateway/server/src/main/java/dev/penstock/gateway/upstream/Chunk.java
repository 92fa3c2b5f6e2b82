package dev.penstock.gateway.upstream;

import dev.penstock.protocol.AnswerFacts;
import dev.penstock.protocol.SseFrame;
import java.nio.charset.StandardCharsets;

/**
 * A chunk of a stream on its way to the client.
 *
 * @param plain whether the range is a frame as it can be sent; otherwise it is the JSON alone
 * @param bytes what it lies in
 * @param from where the range begins
 * @param to past its end
 * @param jsonStart where the JSON begins that the facts were read of
 */
@SuppressWarnings("ArrayRecordComponent") // bytes are what a chunk is
record Chunk(boolean plain, byte[] bytes, int from, int to, int jsonStart, AnswerFacts facts) {
    static Chunk of(SseFrame frame, AnswerFacts facts) {
        boolean plain = !frame.identified() && frame.data() == frame.bytes();
        return plain
                ? new Chunk(true, frame.bytes(), frame.start(), frame.end(), frame.dataStart(), facts)
                : new Chunk(false, frame.data(), frame.dataStart(), frame.dataEnd(), frame.dataStart(), facts);
    }

    /**
     * The same with {@code cost_usd} as the last of its {@code usage}.
     *
     * @param dollars a number in plain digits
     */
    Chunk costing(String dollars) {
        int at = jsonStart + (int) facts.usageEnd();
        int before = at - 1;
        while (Character.isWhitespace(bytes[before])) {
            before--;
        }
        String field = (bytes[before] == '{' ? "" : ",") + "\"cost_usd\":" + dollars;
        byte[] added = field.getBytes(StandardCharsets.US_ASCII);
        byte[] all = new byte[to - from + added.length];
        System.arraycopy(bytes, from, all, 0, at - from);
        System.arraycopy(added, 0, all, at - from, added.length);
        System.arraycopy(bytes, at, all, at - from + added.length, to - at);
        int moved = facts.modelStart() > facts.usageEnd() ? added.length : 0;
        AnswerFacts shifted = new AnswerFacts(
                facts.content(),
                facts.choices(),
                facts.finishedChoices(),
                facts.error(),
                facts.usage(),
                facts.usageEnd() + added.length,
                facts.modelStart() + moved,
                facts.modelEnd() + moved);
        return new Chunk(plain, all, 0, all.length, jsonStart - from, shifted);
    }
}
