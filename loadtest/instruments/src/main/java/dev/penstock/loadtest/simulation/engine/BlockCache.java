package dev.penstock.loadtest.simulation.engine;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An engine's memory for the state of tokens: blocks of prompts that requests under way hold, and blocks that nobody holds
 * any more but that may be of use again, the least recently used of which go first. Whatever is no block of a prompt, such
 * as an answer, is private to its request and goes with it.
 */
final class BlockCache {
    /** Above this share of the memory in use, unheld blocks go until it is below the lower one. */
    private static final double HIGH = 0.92;

    private static final double LOW = 0.85;
    /** Memory is given out in blocks of so many tokens. */
    private static final int GRAIN = 16;

    private final long capacity;
    private final Map<Long, Block> blocks = new HashMap<>();
    private final Block oldest = new Block(0, 0);
    private long held;
    private long unheld;

    private static final class Block {
        private final long name;
        private final int tokens;
        private int holders;
        private Block older = this;
        private Block newer = this;

        private Block(long name, int tokens) {
            this.name = name;
            this.tokens = tokens;
        }
    }

    BlockCache(long capacity) {
        this.capacity = capacity;
    }

    static long rounded(long tokens) {
        return (tokens + GRAIN - 1) / GRAIN * GRAIN;
    }

    /**
     * Takes room for a job's prompt, what is cached of it counted once; false, and nothing is taken, where there is none. A
     * job that has the engine to itself always fits, unless it is larger than all of the memory.
     */
    boolean admit(Job job, boolean alone) {
        hold(job);
        int cached = 0;
        for (int i = 0; i < job.hitBlocks; i++) {
            cached += job.tokensOfBlock(i);
        }
        // At least one token is computed, as every engine does, to have something to go on from.
        cached = Math.min(cached, job.promptTokens - 1);
        long wanted = rounded(job.promptTokens + job.generated - cached);
        if (held + wanted > (alone ? capacity : (long) (HIGH * capacity))) {
            release(job);
            return false;
        }
        job.cachedTokens = cached;
        job.privateTokens = wanted;
        held += wanted;
        makeRoom();
        return true;
    }

    private void hold(Job job) {
        job.hitBlocks = 0;
        for (long name : job.blocks) {
            Block block = blocks.get(name);
            if (block == null) {
                break;
            }
            hold(block);
            job.hitBlocks++;
        }
        job.heldBlocks = job.hitBlocks;
    }

    private void hold(Block block) {
        if (block.holders++ == 0) {
            unlink(block);
            unheld -= block.tokens;
            held += block.tokens;
        }
    }

    /** The state of a job's whole prompt has been computed: others may use its blocks from now on. */
    void publish(Job job) {
        for (int i = job.heldBlocks; i < job.blocks.length; i++) {
            int tokens = job.tokensOfBlock(i);
            if (tokens <= 0) {
                break;
            }
            Block block = blocks.get(job.blocks[i]);
            if (block == null) {
                block = new Block(job.blocks[i], tokens);
                blocks.put(block.name, block);
                unheld += tokens;
                link(block);
            }
            hold(block);
            job.heldBlocks++;
            long own = Math.min(tokens, job.privateTokens);
            job.privateTokens -= own;
            held -= own;
        }
        makeRoom();
    }

    /** Jobs have generated a token each. */
    void grow(long tokens) {
        held += tokens;
        makeRoom();
    }

    /** Tokens that may still be generated before somebody has to go. */
    long room() {
        return capacity - held;
    }

    /** A job goes; its blocks stay while there is room, those at the end of its prompt to go first. */
    void release(Job job) {
        for (int i = job.heldBlocks - 1; i >= 0; i--) {
            Block block = find(job.blocks[i]);
            if (--block.holders == 0) {
                held -= block.tokens;
                unheld += block.tokens;
                link(block);
            }
        }
        held -= job.privateTokens;
        job.privateTokens = 0;
        job.heldBlocks = 0;
        job.hitBlocks = 0;
    }

    private Block find(long name) {
        @Nullable Block block = blocks.get(name);
        if (block == null) {
            throw new IllegalStateException("block " + name + " is held and not there");
        }
        return block;
    }

    private void makeRoom() {
        if (held + unheld <= HIGH * capacity) {
            return;
        }
        while (held + unheld > LOW * capacity && oldest.newer != oldest) {
            Block last = oldest.newer;
            unlink(last);
            unheld -= last.tokens;
            blocks.remove(last.name);
        }
    }

    double use() {
        return Math.min(1, (double) held / capacity);
    }

    void clear() {
        blocks.clear();
        oldest.newer = oldest;
        oldest.older = oldest;
        held = 0;
        unheld = 0;
    }

    private void link(Block block) {
        block.newer = oldest;
        block.older = oldest.older;
        oldest.older.newer = block;
        oldest.older = block;
    }

    private static void unlink(Block block) {
        block.older.newer = block.newer;
        block.newer.older = block.older;
        block.newer = block;
        block.older = block;
    }
}
