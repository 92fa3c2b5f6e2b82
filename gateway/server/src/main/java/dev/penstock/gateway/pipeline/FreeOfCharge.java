package dev.penstock.gateway.pipeline;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What another was told, for somebody who pays nothing for it: {@code "cost_usd": 0}. As a name between bare quotes that can
 * stand nowhere but in the usage of a frame, since quotes within texts are escaped; and frames are written whole.
 */
final class FreeOfCharge {
    private static final byte[] NAME = "\"cost_usd\":".getBytes(StandardCharsets.US_ASCII);

    private FreeOfCharge() {}

    /** A buffer of its own. */
    static Buffer of(Buffer told) {
        byte[] bytes = told.getBytes();
        int value = after(bytes);
        if (value < 0) {
            return Buffer.buffer(bytes);
        }
        int end = value;
        while (end < bytes.length && (Character.isDigit(bytes[end]) || bytes[end] == '.')) {
            end++;
        }
        return Buffer.buffer(bytes.length)
                .appendBytes(bytes, 0, value)
                .appendByte((byte) '0')
                .appendBytes(bytes, end, bytes.length - end);
    }

    private static int after(byte[] bytes) {
        for (int i = 0; i + NAME.length <= bytes.length; i++) {
            if (bytes[i] == '"' && Arrays.equals(bytes, i, i + NAME.length, NAME, 0, NAME.length)) {
                return i + NAME.length;
            }
        }
        return -1;
    }
}
