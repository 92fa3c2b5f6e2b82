package dev.penstock.routing.prefix;

import dev.penstock.routing.Affinity;
import dev.penstock.routing.Directory;
import dev.penstock.routing.ModelId;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which blocks this gateway has lately sent to whom, as an estimate of whose cache has them. A worker is taken to hold so many
 * blocks, the ones last used, for so long. Approximate where that is cheap: what it says of a worker was sent there, but it may
 * forget.
 *
 * <p>A table of {@code entries} longs, 8 bytes for each block and worker, allocated at once: {@link #ENTRIES} are 8 MiB.
 * An entry is 28 bits of the block's hash, 12 of the slot and 24 of the slot's clock. That clock counts the blocks that came
 * to the slot: an entry is alive while its worker's clock has moved by less than the worker's capacity since. Hence no two
 * live entries of a worker share a moment, and no more than its capacity are alive. A block that is sent again is stamped anew
 * once half of that is over, so that what is asked for all the time stays, at two moments for each capacity. Time moves all
 * clocks too, so that what is older than the expiry is dead. A block's hash chooses eight neighbours; of these, the one
 * that has been dead or unused for the longest part of its worker's capacity makes room; of workers with the same block, six
 * are known.
 *
 * <p>The longest match is sought by bisection over the blocks, since whoever has a block has those before it; shorter ones
 * of other workers at up to {@link #STEPS} blocks before it. Thread safe without locks: of two writes to one entry, one may be
 * lost.
 *
 * <p>Source: llm-d's prefix scorer (64-token blocks, an LRU per worker of 31,250 blocks).
 */
public final class PrefixIndex {
    /** As many as 128 workers of the usual capacity have. */
    public static final int ENTRIES = 1 << 20;

    /** As many blocks of 64 tokens as half a million tokens of cache have. */
    public static final int BLOCKS_PER_WORKER = 8_192;

    /** How long a block is taken to stay in a cache. */
    public static final Duration EXPIRY = Duration.ofMinutes(10);

    private static final int WAYS = 8;
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    /** A beginning that everybody has must not drive out its neighbours. */
    private static final int WAYS_OF_ONE = 6;

    private static final int STEPS = 32;
    private static final int TICKS = 16;
    private static final int CLOCK_BITS = 24;
    private static final int SLOT_BITS = 12;
    private static final int CLOCK_MASK = (1 << CLOCK_BITS) - 1;
    private static final int MAX_BLOCKS_PER_WORKER = 1 << (CLOCK_BITS - 4);

    private final AtomicLongArray table;
    private final int sets;
    private final int blocksPerWorker;
    private final long tickNanos;
    private final AtomicIntegerArray clocks = new AtomicIntegerArray(Directory.MAX_WORKERS);
    private long lastTickNanos;
    private int nextSwept;

    /** An index of the usual size. */
    public PrefixIndex(long nowNanos) {
        this(ENTRIES, BLOCKS_PER_WORKER, EXPIRY, nowNanos);
    }

    /**
     * An empty index.
     *
     * @param entries of the table, a power of two from 128 to 2^27
     * @param blocksPerWorker that a worker's cache is taken to hold, from 16 to 2^20
     * @param expiry how long a block is taken to stay there, at least 16 ms; up to a 16th more
     */
    public PrefixIndex(int entries, int blocksPerWorker, Duration expiry, long nowNanos) {
        if (Integer.bitCount(entries) != 1 || entries < TICKS * WAYS || entries > 1 << 27) {
            throw new IllegalArgumentException("entries: " + entries + " (expected: a power of two, 128 to 2^27)");
        }
        if (blocksPerWorker < TICKS || blocksPerWorker > MAX_BLOCKS_PER_WORKER) {
            throw new IllegalArgumentException("blocks-per-worker: " + blocksPerWorker + " (expected: " + TICKS + " to "
                    + MAX_BLOCKS_PER_WORKER + ")");
        }
        if (expiry.toMillis() < TICKS) {
            throw new IllegalArgumentException("expiry: " + expiry + " (expected: >= 16 ms)");
        }
        this.table = new AtomicLongArray(entries);
        this.sets = entries / WAYS;
        this.blocksPerWorker = blocksPerWorker;
        this.tickNanos = expiry.toNanos() / TICKS;
        this.lastTickNanos = nowNanos;
    }

    /** A request is sent to the worker: it will have its blocks. */
    public void sent(int slot, ModelId model, Affinity affinity) {
        long salt = salt(model);
        for (long block : affinity.blocks()) {
            store(slot, block ^ salt);
        }
    }

    private void store(int slot, long block) {
        long hash = PrefixHashes.mix(block, SPREAD);
        int set = set(hash);
        long tag = tag(hash, slot);
        int oldest = set;
        int oldestAge = -1;
        int same = 0;
        int oldestSame = set;
        int oldestSameAge = -1;
        for (int i = set; i < set + WAYS; i++) {
            long entry = table.getOpaque(i);
            int age = age(entry);
            if (entry >>> CLOCK_BITS == tag && age < blocksPerWorker) {
                if (age >= blocksPerWorker / 2) {
                    stamp(i, tag, slot);
                }
                return;
            }
            if (entry >>> (CLOCK_BITS + SLOT_BITS) == tag >>> SLOT_BITS) {
                same++;
                if (age > oldestSameAge) {
                    oldestSame = i;
                    oldestSameAge = age;
                }
            }
            if (age > oldestAge) {
                oldest = i;
                oldestAge = age;
            }
        }
        stamp(same < WAYS_OF_ONE ? oldest : oldestSame, tag, slot);
    }

    private void stamp(int i, long tag, int slot) {
        int moment = clocks.incrementAndGet(slot) & CLOCK_MASK;
        table.setOpaque(i, (tag << CLOCK_BITS) | moment);
    }

    /** What was known of the worker holds no more: it began anew, or another has its slot. */
    public void forget(int slot) {
        clocks.addAndGet(slot, blocksPerWorker);
    }

    /** Who has the beginning of a prompt: as {@link dev.penstock.routing.LoadView#cachedBlocks} wants it. */
    public int cachedBlocks(ModelId model, Affinity affinity, int[] slots, int[] blocks) {
        long[] hashes = affinity.blocks();
        int room = Math.min(slots.length, blocks.length);
        if (hashes.length == 0 || room == 0) {
            return 0;
        }
        long salt = salt(model);
        int known = known(hashes, salt);
        int step = Math.max(1, known / STEPS);
        int found = 0;
        for (int count = known; count > 0 && found < room; count -= step) {
            found = add(hashes[count - 1] ^ salt, count, slots, blocks, found, room);
            if (count <= step && count > 1) {
                count = 1 + step; // the first block last: whoever has anything has it
            }
        }
        return found;
    }

    /** How many blocks of a prompt, counted from the first, the worker in this slot has. */
    public int blocksAt(int slot, ModelId model, Affinity affinity) {
        long[] hashes = affinity.blocks();
        long salt = salt(model);
        int known = 0;
        int unknown = hashes.length + 1;
        while (unknown - known > 1) {
            int middle = (known + unknown) >>> 1;
            if (present(hashes[middle - 1] ^ salt, slot)) {
                known = middle;
            } else {
                unknown = middle;
            }
        }
        return known;
    }

    private boolean present(long block, int slot) {
        long hash = PrefixHashes.mix(block, SPREAD);
        int set = set(hash);
        long tag = tag(hash, slot);
        for (int i = set; i < set + WAYS; i++) {
            long entry = table.getOpaque(i);
            if (entry >>> CLOCK_BITS == tag && age(entry) < blocksPerWorker) {
                return true;
            }
        }
        return false;
    }

    /** How many blocks somebody has. */
    private int known(long[] hashes, long salt) {
        int known = 0;
        int unknown = hashes.length + 1;
        while (unknown - known > 1) {
            int middle = (known + unknown) >>> 1;
            if (present(hashes[middle - 1] ^ salt)) {
                known = middle;
            } else {
                unknown = middle;
            }
        }
        return known;
    }

    private boolean present(long block) {
        long hash = PrefixHashes.mix(block, SPREAD);
        int set = set(hash);
        long tag = tag(hash, 0) >>> SLOT_BITS;
        for (int i = set; i < set + WAYS; i++) {
            long entry = table.getOpaque(i);
            if (entry >>> (CLOCK_BITS + SLOT_BITS) == tag && age(entry) < blocksPerWorker) {
                return true;
            }
        }
        return false;
    }

    private int add(long block, int count, int[] slots, int[] blocks, int found, int room) {
        long hash = PrefixHashes.mix(block, SPREAD);
        int set = set(hash);
        long tag = tag(hash, 0) >>> SLOT_BITS;
        int filled = found;
        for (int i = set; i < set + WAYS && filled < room; i++) {
            long entry = table.getOpaque(i);
            if (entry >>> (CLOCK_BITS + SLOT_BITS) == tag && age(entry) < blocksPerWorker) {
                int slot = slot(entry);
                if (!contains(slots, filled, slot)) {
                    slots[filled] = slot;
                    blocks[filled++] = count;
                }
            }
        }
        return filled;
    }

    private static boolean contains(int[] slots, int filled, int slot) {
        for (int i = 0; i < filled; i++) {
            if (slots[i] == slot) {
                return true;
            }
        }
        return false;
    }

    /**
     * As time goes by: what is older than the expiry dies, and the dead are cleared away before a clock has come round. Called
     * more than 16 times in the expiry.
     */
    public synchronized void tick(long nowNanos) {
        for (int i = 0; i < TICKS && nowNanos - lastTickNanos >= tickNanos; i++) {
            lastTickNanos = i == TICKS - 1 ? nowNanos : lastTickNanos + tickNanos;
            for (int slot = 0; slot < Directory.MAX_WORKERS; slot++) {
                clocks.addAndGet(slot, blocksPerWorker / TICKS);
            }
            sweep();
        }
    }

    private void sweep() {
        int part = table.length() / TICKS;
        for (int i = nextSwept; i < nextSwept + part; i++) {
            long entry = table.getOpaque(i);
            if (entry != 0 && age(entry) >= blocksPerWorker) {
                table.compareAndSet(i, entry, 0);
            }
        }
        nextSwept = (nextSwept + part) % table.length();
    }

    /** How many blocks the worker is taken to have. Looks at the whole table. */
    public int blocks(int slot) {
        int live = 0;
        for (int i = 0; i < table.length(); i++) {
            long entry = table.getOpaque(i);
            if (slot(entry) == slot && age(entry) < blocksPerWorker) {
                live++;
            }
        }
        return live;
    }

    /** How far the clock of its worker has moved since; an empty entry is as old as can be. */
    private int age(long entry) {
        return entry == 0 ? CLOCK_MASK : (clocks.getPlain(slot(entry)) - (int) entry) & CLOCK_MASK;
    }

    private static int slot(long entry) {
        return (int) (entry >>> CLOCK_BITS) & ((1 << SLOT_BITS) - 1);
    }

    /** The bits that do not choose the set, and the slot; with what follows, at least one bit of a hash of one is set. */
    private static long tag(long hash, int slot) {
        return (((hash >>> (CLOCK_BITS + SLOT_BITS)) | 1) << SLOT_BITS) | slot;
    }

    private int set(long hash) {
        return ((int) hash & (sets - 1)) * WAYS;
    }

    private static long salt(ModelId model) {
        return PrefixHashes.mix(model.value().hashCode() ^ 0x8ebc6af09c88c6e3L, 0x589965cc75374cc3L);
    }
}
