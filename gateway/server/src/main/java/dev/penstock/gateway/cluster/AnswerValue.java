package dev.penstock.gateway.cluster;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;

/**
 * What the cluster has of a request under its name: an answer, or the claim of a member that is having it answered. One byte
 * tells them apart; a claim is the member's id and a number that is no other's of that member.
 */
final class AnswerValue {
    private static final byte CLAIM = 0;
    private static final byte ANSWER = 1;
    private static final int CLAIM_BYTES = 1 + 3 * Long.BYTES;

    private AnswerValue() {}

    static byte[] claim(UUID member, long number) {
        return ByteBuffer.allocate(CLAIM_BYTES)
                .put(CLAIM)
                .putLong(member.getMostSignificantBits())
                .putLong(member.getLeastSignificantBits())
                .putLong(number)
                .array();
    }

    static byte[] answer(byte[] sealed) {
        return ByteBuffer.allocate(1 + sealed.length).put(ANSWER).put(sealed).array();
    }

    static boolean isClaim(byte[] value) {
        return value.length == CLAIM_BYTES && value[0] == CLAIM;
    }

    static boolean isAnswer(byte[] value) {
        return value.length > 1 && value[0] == ANSWER;
    }

    static byte[] sealed(byte[] answer) {
        return Arrays.copyOfRange(answer, 1, answer.length);
    }

    /** Whose claim it is. */
    static UUID member(byte[] claim) {
        ByteBuffer bytes = ByteBuffer.wrap(claim, 1, claim.length - 1);
        return new UUID(bytes.getLong(), bytes.getLong());
    }
}
