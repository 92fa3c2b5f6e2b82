package dev.penstock.engine.language;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A token and the bytes that it stands for, which need not be whole characters.
 *
 * @param id the token id
 * @param bytes UTF-8, possibly the part of a character; for special tokens their name
 */
@SuppressWarnings("ArrayRecordComponent") // equality is by content, and the bytes are shared by all events
public record TokenText(int id, byte[] bytes) {
    /** The bytes as text, with U+FFFD for parts of characters. */
    public String text() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Characters (Unicode code points) that begin in the bytes: one that spans tokens counts with the first of them. */
    public int characters() {
        int count = 0;
        for (byte b : bytes) {
            if ((b & 0xC0) != 0x80) {
                count++;
            }
        }
        return count;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenText that && id == that.id && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return 31 * id + Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return id + " '" + text() + "'";
    }
}
