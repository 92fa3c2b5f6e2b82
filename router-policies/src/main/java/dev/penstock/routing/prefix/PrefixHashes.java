package dev.penstock.routing.prefix;

import dev.penstock.routing.Affinity;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Hashes of a prompt's blocks, each together with all before it: two prompts share as many hashes as they share whole blocks
 * from the front. They have no seed: every gateway has the same. Whoever makes two prompts of one hash has his own request
 * sent to a worker that does not have its beginning, and no more.
 *
 * <p>Each block is mixed in two lanes of 16 bytes a step by 64 x 64 to 128 bit products, as wyhash does (W. Yi, public
 * domain), with its constants.
 */
public final class PrefixHashes {
    /** Bytes of a block: about 64 tokens of text. */
    public static final int BLOCK_BYTES = 256;

    /** The most blocks of a prompt that are hashed: its first 128 KiB. */
    public static final int MAX_BLOCKS = 512;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long K0 = 0xa0761d6478bd642fL;
    private static final long K1 = 0xe7037ed1a0b428dbL;
    private static final long K2 = 0x8ebc6af09c88c6e3L;
    private static final long K3 = 0x589965cc75374cc3L;

    private PrefixHashes() {}

    /**
     * The hashes of the first whole blocks of a prompt.
     *
     * @param before the hash of what comes before the prompt, such as its tools; 0 for nothing
     * @param from the first byte
     * @param to the byte after the last
     */
    public static long[] of(long before, byte[] bytes, int from, int to) {
        int count = Math.min(MAX_BLOCKS, (to - from) / BLOCK_BYTES);
        long[] hashes = new long[Math.max(0, count)];
        long chain = before;
        for (int i = 0; i < hashes.length; i++) {
            chain = block(chain, bytes, from + i * BLOCK_BYTES);
            hashes[i] = chain;
        }
        return hashes;
    }

    /**
     * What of a prompt others may have had before it.
     *
     * @param session as {@link #of(byte[], int, int)} of what names the conversation; 0 where nothing does
     * @param hashes as {@link #of(long, byte[], int, int)} gives them
     * @param bytesPerToken of such prompts, above 0
     */
    public static Affinity affinity(long session, long[] hashes, double bytesPerToken) {
        return new Affinity(session, hashes, (int) Math.max(1, Math.round(BLOCK_BYTES / bytesPerToken)));
    }

    /** The hash of a name, never 0. */
    public static long of(byte[] bytes, int from, int to) {
        long hash = mix(K0 ^ (to - from), K1);
        int at = from;
        for (; at + Long.BYTES <= to; at += Long.BYTES) {
            hash = mix(hash ^ (long) LONG.get(bytes, at), K2);
        }
        long rest = 0;
        for (; at < to; at++) {
            rest = (rest << 8) | (bytes[at] & 0xffL);
        }
        hash = mix(hash ^ rest, K3);
        return hash == 0 ? K0 : hash;
    }

    /** The hash of a name, never 0. */
    public static long of(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        return of(bytes, 0, bytes.length);
    }

    private static long block(long before, byte[] bytes, int from) {
        long even = before ^ K0;
        long odd = before ^ K3;
        for (int at = from; at < from + BLOCK_BYTES; at += 4 * Long.BYTES) {
            even = mix((long) LONG.get(bytes, at) ^ K1, (long) LONG.get(bytes, at + 8) ^ even);
            odd = mix((long) LONG.get(bytes, at + 16) ^ K2, (long) LONG.get(bytes, at + 24) ^ odd);
        }
        return mix(even ^ K2, odd ^ K1);
    }

    /** Both halves of the product, one over the other. */
    static long mix(long a, long b) {
        return Math.unsignedMultiplyHigh(a, b) ^ (a * b);
    }
}
