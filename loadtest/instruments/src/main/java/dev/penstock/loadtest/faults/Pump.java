package dev.penstock.loadtest.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Carries one direction of one connection: one thread reads and one writes, so that what is late does not hold up what
 * comes after it. Between them is a short queue; when it is full nothing is read, and the sender is held back.
 */
final class Pump {
    private static final int PIECE_BYTES = 16 << 10;
    private static final int PIECES = 32;

    /** What was read and when it may go on; no bytes are the end. */
    private static final class Piece {
        final byte[] bytes;
        final long dueNanos;

        Piece(byte[] bytes, long dueNanos) {
            this.bytes = bytes;
            this.dueNanos = dueNanos;
        }
    }

    /** The pump has ended its connection. */
    private static final class ResetOnPurposeException extends IOException {
        ResetOnPurposeException() {
            super("reset on purpose");
        }
    }

    private final Direction direction;
    private final Socket from;
    private final Socket to;
    private final Line line;
    private final Tally tally;
    private final SplittableRandom jitters;
    private final SplittableRandom bits;
    private final BlockingQueue<Piece> queue = new ArrayBlockingQueue<>(PIECES);
    private long version;
    /** Bytes written since the conditions last changed. */
    private long passed;
    /** When the next byte may pass by the bandwidth. */
    private long freeNanos = System.nanoTime();

    private boolean truncated;

    Pump(Direction direction, Socket from, Socket to, Line line, Tally tally, long seed) {
        this.direction = direction;
        this.from = from;
        this.to = to;
        this.line = line;
        this.tally = tally;
        SplittableRandom random = new SplittableRandom(seed);
        this.jitters = random.split();
        this.bits = random.split();
        this.version = line.conditions().version();
    }

    /** Reads until the sender ends. */
    void read() throws IOException, InterruptedException {
        byte[] buffer = new byte[PIECE_BYTES];
        long due = System.nanoTime();
        while (true) {
            int read = from.getInputStream().read(buffer);
            Conditions now = line.conditions();
            long jitter = now.jitterNanos() == 0 ? 0 : jitters.nextLong(now.jitterNanos() + 1);
            long late = System.nanoTime() + now.delayNanos() + jitter;
            due = late - due > 0 ? late : due;
            queue.put(new Piece(Arrays.copyOf(buffer, Math.max(0, read)), due));
            if (read < 0) {
                return;
            }
        }
    }

    /**
     * Writes what was read, as the line lets it, until the end has been passed on.
     *
     * @return false where the connection is to be reset
     */
    boolean write() throws IOException, InterruptedException {
        try {
            for (Piece piece = queue.take(); piece.bytes.length > 0; piece = queue.take()) {
                sleepUntil(piece.dueNanos);
                pass(piece.bytes);
            }
            line.awaitPassage(to::isClosed);
            if (!truncated) {
                to.shutdownOutput();
            }
            return true;
        } catch (ResetOnPurposeException reset) {
            return false;
        }
    }

    private void pass(byte[] bytes) throws IOException, InterruptedException {
        OutputStream out = to.getOutputStream();
        int at = 0;
        while (at < bytes.length) {
            Conditions now = conditions();
            int length = allowed(now, now.piece(bytes.length - at));
            if (length == 0) {
                return;
            }
            corrupt(now, bytes, at, length);
            pace(now, length);
            out.write(bytes, at, length);
            tally.bytes(direction).add(length);
            passed += length;
            at += length;
            if (at < bytes.length && now.gapNanos() > 0) {
                sleepUntil(System.nanoTime() + now.gapNanos());
            }
        }
        // The byte that a reset waits for has passed: nobody need send another one.
        allowed(conditions(), 1);
    }

    private Conditions conditions() throws InterruptedException {
        Conditions now = line.awaitPassage(to::isClosed);
        if (now.version() != version) {
            version = now.version();
            passed = 0;
        }
        return now;
    }

    /** How many of so many bytes may pass before the connection is reset or the direction ends; does so where it is none. */
    private int allowed(Conditions now, int length) throws IOException {
        if (truncated) {
            return 0;
        }
        if (passed >= now.resetAfter()) {
            throw new ResetOnPurposeException();
        }
        if (passed >= now.truncateAfter()) {
            truncated = true;
            tally.truncations.increment();
            to.shutdownOutput();
            return 0;
        }
        return (int) Math.min(length, Math.min(now.resetAfter(), now.truncateAfter()) - passed);
    }

    private void corrupt(Conditions now, byte[] bytes, int at, int length) {
        if (now.corruptEvery() == Conditions.NEVER) {
            return;
        }
        for (int i = 0; i < length; i++) {
            if ((passed + i + 1) % now.corruptEvery() == 0) {
                bytes[at + i] ^= (byte) (1 << bits.nextInt(8));
                tally.flippedBits.increment();
            }
        }
    }

    private void pace(Conditions now, int length) throws InterruptedException {
        if (now.bytesPerSecond() == Conditions.NEVER) {
            return;
        }
        long nanos = System.nanoTime();
        freeNanos = (freeNanos - nanos > 0 ? freeNanos : nanos)
                + (long) (TimeUnit.SECONDS.toNanos(1) * ((double) length / now.bytesPerSecond()));
        sleepUntil(freeNanos);
    }

    private static void sleepUntil(long nanos) throws InterruptedException {
        long left = nanos - System.nanoTime();
        if (left > 0) {
            TimeUnit.NANOSECONDS.sleep(left);
        }
    }
}
