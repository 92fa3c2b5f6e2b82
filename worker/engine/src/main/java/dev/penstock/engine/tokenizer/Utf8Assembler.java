package dev.penstock.engine.tokenizer;

import java.nio.charset.StandardCharsets;

/**
 * Puts the bytes of tokens together and gives out whole characters only.
 *
 * <p>What can no longer become a character turns into U+FFFD, by the same rule as Java's own decoder.
 */
public final class Utf8Assembler {
    private static final byte[] NOTHING = {};

    private byte[] pending = NOTHING;

    /** Appends the bytes of a token; the text that is complete by now. */
    public String append(byte[] bytes) {
        byte[] all = bytes;
        if (pending.length > 0) {
            all = new byte[pending.length + bytes.length];
            System.arraycopy(pending, 0, all, 0, pending.length);
            System.arraycopy(bytes, 0, all, pending.length, bytes.length);
        }
        int complete = all.length - incomplete(all);
        pending = NOTHING;
        if (complete < all.length) {
            pending = new byte[all.length - complete];
            System.arraycopy(all, complete, pending, 0, pending.length);
        }
        return new String(all, 0, complete, StandardCharsets.UTF_8);
    }

    /** Bytes of a character whose end has not come; 0 to 3. */
    public int pending() {
        return pending.length;
    }

    /** How many bytes at the end are the beginning of a character that more bytes may complete. */
    private static int incomplete(byte[] bytes) {
        for (int back = 1; back <= Math.min(3, bytes.length); back++) {
            int lead = bytes[bytes.length - back] & 0xFF;
            if (lead < 0x80) {
                return 0;
            }
            if (lead >= 0xC0) {
                return back < length(lead) && canContinue(bytes, bytes.length - back) ? back : 0;
            }
        }
        return 0;
    }

    private static int length(int lead) {
        if (lead < 0xC2 || lead > 0xF4) {
            return 1;
        }
        return lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    }

    /** Whether the byte after the lead, if it is there, is one that may follow: no overlong forms. */
    private static boolean canContinue(byte[] bytes, int at) {
        if (at + 1 >= bytes.length) {
            return true;
        }
        int second = bytes[at + 1] & 0xFF;
        return switch (bytes[at] & 0xFF) {
            case 0xE0 -> second >= 0xA0;
            case 0xF0 -> second >= 0x90;
            case 0xF4 -> second < 0x90;
            default -> true;
        };
    }
}
