package dev.penstock.store.journal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * One file of a journal. It begins with {@value #HEADER} bytes: what it is, and how far it has been read and dealt with.
 * Records follow, each a length, a CRC-32C and its bytes, at multiples of eight; a length of 0 is the end. The length is
 * written last, so that a record is there whole or not at all, whenever the process dies.
 */
final class Segment implements AutoCloseable {
    static final int HEADER = 64;

    private static final long MAGIC = 0x50454e4a524e4c31L; // PENJRNL1
    private static final long CONSUMED_AT = 8;
    private static final int RECORD_HEADER = 8;
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();
    private static final int ZEROS = 1 << 16;

    final Path file;
    final long number;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment memory;
    private long end;

    private Segment(Path file, long number, FileChannel channel) throws IOException {
        this.file = file;
        this.number = number;
        this.memory = channel.map(MapMode.READ_WRITE, 0, channel.size(), arena);
    }

    /**
     * Makes a file of so many bytes. All of them are written, so that the disk being full is found here and not by a store
     * to memory, which would end the process.
     */
    static Segment create(Path file, long number, long bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer zeros = ByteBuffer.allocate(ZEROS);
            for (long written = 0; written < bytes; written += ZEROS) {
                zeros.clear().limit((int) Math.min(ZEROS, bytes - written));
                while (zeros.hasRemaining()) {
                    channel.write(zeros);
                }
            }
            Segment segment = new Segment(file, number, channel);
            segment.memory.set(ValueLayout.JAVA_LONG, CONSUMED_AT, HEADER);
            segment.memory.set(ValueLayout.JAVA_LONG, 0, MAGIC);
            segment.end = HEADER;
            return segment;
        } catch (IOException full) {
            Files.deleteIfExists(file);
            throw full;
        }
    }

    /** Opens a file of an earlier process; empty where it has not got as far as being one. */
    static Optional<Segment> open(Path file, long number) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (channel.size() < HEADER) {
                return Optional.empty();
            }
            Segment segment = new Segment(file, number, channel);
            if (segment.memory.get(ValueLayout.JAVA_LONG, 0) != MAGIC) {
                segment.close();
                return Optional.empty();
            }
            segment.end = segment.memory.byteSize();
            return Optional.of(segment);
        }
    }

    static long sizeOf(int length) {
        return (RECORD_HEADER + length + 7L) & ~7L;
    }

    /** Appends; false where it does not fit any more. One thread at a time. */
    boolean append(byte[] record) {
        long size = sizeOf(record.length);
        if (end + size > memory.byteSize()) {
            return false;
        }
        MemorySegment.copy(record, 0, memory, ValueLayout.JAVA_BYTE, end + RECORD_HEADER, record.length);
        memory.set(ValueLayout.JAVA_INT, end + 4, crc(record));
        INT.setRelease(memory, end, record.length);
        end += size;
        return true;
    }

    /** Where reading goes on. */
    long consumed() {
        return memory.get(ValueLayout.JAVA_LONG, CONSUMED_AT);
    }

    void consumed(long offset) {
        memory.set(ValueLayout.JAVA_LONG, CONSUMED_AT, offset);
    }

    /** The record at an offset; empty where there is none, or only a part of one. */
    Optional<byte[]> at(long offset) {
        if (offset + RECORD_HEADER > memory.byteSize()) {
            return Optional.empty();
        }
        int length = (int) INT.getAcquire(memory, offset);
        if (length <= 0 || offset + sizeOf(length) > memory.byteSize()) {
            return Optional.empty();
        }
        byte[] record = new byte[length];
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, offset + RECORD_HEADER, record, 0, length);
        return memory.get(ValueLayout.JAVA_INT, offset + 4) == crc(record) ? Optional.of(record) : Optional.empty();
    }

    /** Has the operating system write it to the disk: what a loss of power must not take. */
    void force() {
        memory.force();
    }

    private static int crc(byte[] record) {
        CRC32C crc = new CRC32C();
        crc.update(record);
        return (int) crc.getValue();
    }

    void delete() throws IOException {
        close();
        Files.deleteIfExists(file);
    }

    @Override
    public void close() {
        arena.close();
    }
}
