package dev.penstock.worker.http;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * JSON text as UTF-8 bytes, appended piece by piece: what an event stream is made of is mostly the same bytes again and
 * again, and a tree per token would cost more than the token.
 */
final class Json {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    /** What stands for negative infinity, which JSON does not have; OpenAI and vLLM write the same. */
    private static final double LEAST_LOGPROB = -9999.0;

    private byte[] bytes;
    private int size;

    Json(int capacity) {
        bytes = new byte[capacity];
    }

    /** Text that is JSON already, in ASCII. */
    Json raw(String ascii) {
        reserve(ascii.length());
        for (int i = 0; i < ascii.length(); i++) {
            bytes[size++] = (byte) ascii.charAt(i);
        }
        return this;
    }

    /** Bytes that are JSON already. */
    Json raw(byte[] json) {
        reserve(json.length);
        System.arraycopy(json, 0, bytes, size, json.length);
        size += json.length;
        return this;
    }

    Json number(long value) {
        if (value >= 0 && value < 10) {
            reserve(1);
            bytes[size++] = (byte) ('0' + value);
            return this;
        }
        return raw(Long.toString(value));
    }

    /** A natural logarithm of a probability. */
    Json logprob(double value) {
        return raw(Double.toString(value >= LEAST_LOGPROB ? value : LEAST_LOGPROB));
    }

    /** The shortest decimal that reads back as the same float. */
    Json number(float value) {
        return raw(Float.toString(value));
    }

    /** A quoted string. */
    Json string(String value) {
        reserve(value.length() + 2);
        bytes[size++] = '"';
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
                // Room for the rest at one byte each is reserved; escapes and wider characters reserve for themselves.
                bytes[size++] = (byte) c;
            } else if (c < 0x80) {
                reserve(6 + value.length() - i);
                escape(c);
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1))) {
                reserve(5 + value.length() - i);
                supplementary(Character.toCodePoint(c, value.charAt(++i)));
            } else {
                reserve(4 + value.length() - i);
                wide(Character.isSurrogate(c) ? '\uFFFD' : c);
            }
        }
        reserve(1);
        bytes[size++] = '"';
        return this;
    }

    private void escape(char c) {
        bytes[size++] = '\\';
        switch (c) {
            case '"', '\\' -> bytes[size++] = (byte) c;
            case '\n' -> bytes[size++] = 'n';
            case '\r' -> bytes[size++] = 'r';
            case '\t' -> bytes[size++] = 't';
            default -> {
                bytes[size++] = 'u';
                bytes[size++] = '0';
                bytes[size++] = '0';
                bytes[size++] = HEX[c >> 4];
                bytes[size++] = HEX[c & 15];
            }
        }
    }

    private void wide(char c) {
        if (c < 0x800) {
            bytes[size++] = (byte) (0xc0 | (c >> 6));
        } else {
            bytes[size++] = (byte) (0xe0 | (c >> 12));
            bytes[size++] = (byte) (0x80 | ((c >> 6) & 0x3f));
        }
        bytes[size++] = (byte) (0x80 | (c & 0x3f));
    }

    private void supplementary(int point) {
        bytes[size++] = (byte) (0xf0 | (point >> 18));
        bytes[size++] = (byte) (0x80 | ((point >> 12) & 0x3f));
        bytes[size++] = (byte) (0x80 | ((point >> 6) & 0x3f));
        bytes[size++] = (byte) (0x80 | (point & 0x3f));
    }

    private void reserve(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    /** What was appended, as a buffer that shares no memory with this. */
    Buffer toBuffer() {
        return Buffer.buffer(size).appendBytes(bytes, 0, size);
    }

    /** What was appended, as text. */
    @Override
    public String toString() {
        return new String(bytes, 0, size, StandardCharsets.UTF_8);
    }
}
