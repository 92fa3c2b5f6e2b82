package dev.penstock.store.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records in the order of their coming, kept until somebody has dealt with them. An appended record is in the page cache of
 * the operating system when {@link #append} returns: the end of this process, however sudden, does not lose it; a loss of
 * power may lose what was appended since the last {@link #force}.
 *
 * <p>Any thread appends; one thread reads. What is read stays until {@link #consumed} says that it may go, so that a reader
 * that dies in between reads it again: whoever takes the records must know those it has.
 *
 * <p>Bounded: at most {@code segments} files of {@code segmentBytes}. One process at a time has a directory.
 */
public final class Journal implements AutoCloseable {
    /** The longest record, in bytes. */
    public static final int MAX_RECORD = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(Journal.class);
    private static final Pattern NAME = Pattern.compile("(\\d{12})\\.journal");

    private final Path directory;
    private final long segmentBytes;
    private final int segments;
    private final FileChannel lockChannel;
    private final FileLock lock;

    private final Object writing = new Object();
    // The last is appended to; all before it are only read. Guarded by `writing`.
    private final Deque<Segment> files = new ArrayDeque<>();
    private Optional<Segment> spare = Optional.empty();
    private long next;
    private long appended;
    private long taken;

    /**
     * Records that were read, in order.
     *
     * @param records at least one
     */
    @SuppressWarnings("ArrayRecordComponent") // bytes are what a record is
    public record Batch(List<byte[]> records, long segment, long end) {
        public Batch {
            records = List.copyOf(records);
        }
    }

    private Journal(Path directory, long segmentBytes, int segments, FileChannel lockChannel, FileLock lock) {
        this.directory = directory;
        this.segmentBytes = segmentBytes;
        this.segments = segments;
        this.lockChannel = lockChannel;
        this.lock = lock;
    }

    /**
     * Opens the journal of a directory, with what an earlier process left in it.
     *
     * @param segmentBytes of a file, at least {@value #MAX_RECORD} and some
     * @param segments the most files, at least 2
     * @throws IOException where the directory cannot be written, or another process has it
     */
    public static Journal open(Path directory, long segmentBytes, int segments) throws IOException {
        if (segmentBytes < Segment.HEADER + Segment.sizeOf(MAX_RECORD) || segmentBytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "segmentBytes: " + segmentBytes + " (expected: " + MAX_RECORD + " and a header, to 2 GiB)");
        }
        if (segments < 2) {
            throw new IllegalArgumentException("segments: " + segments + " (expected: >= 2)");
        }
        createDirectories(directory);
        FileChannel channel =
                FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = locked(channel, directory);
            Journal journal = new Journal(directory, segmentBytes, segments, channel, lock);
            journal.recover();
            return journal;
        } catch (IOException failure) {
            channel.close();
            throw failure;
        }
    }

    /** What is in it is nobody's but this user's to read. */
    private static void createDirectories(Path directory) throws IOException {
        if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } else {
            Files.createDirectories(directory);
        }
    }

    private static FileLock locked(FileChannel channel, Path directory) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return lock;
            }
        } catch (OverlappingFileLockException mine) {
            // In this very process: no less taken.
        }
        throw new IOException(directory + ": in use by another process (expected: a directory of this gateway's own)");
    }

    private void recover() throws IOException {
        try (Stream<Path> listed = Files.list(directory)) {
            for (Path file : listed.sorted().toList()) {
                Matcher name = NAME.matcher(String.valueOf(file.getFileName()));
                if (name.matches()) {
                    recover(file, Long.parseLong(name.group(1)));
                }
            }
        }
        synchronized (writing) {
            files.addLast(create());
        }
    }

    private void recover(Path file, long number) throws IOException {
        next = Math.max(next, number + 1);
        Optional<Segment> segment = Segment.open(file, number);
        if (segment.isEmpty()) {
            Files.delete(file);
            return;
        }
        long offset = segment.get().consumed();
        int records = 0;
        for (Optional<byte[]> record = segment.get().at(offset);
                record.isPresent();
                record = segment.get().at(offset)) {
            offset += Segment.sizeOf(record.get().length);
            records++;
        }
        if (records == 0) {
            segment.get().delete();
        } else {
            LOG.info("{} records of an earlier run are left in {}", records, file);
            appended += records;
            synchronized (writing) {
                files.addLast(segment.get());
            }
        }
    }

    private Segment create() throws IOException {
        long number = next++;
        return Segment.create(directory.resolve("%012d.journal".formatted(number)), number, segmentBytes);
    }

    /**
     * Appends a record, without a system call but where a file is full and no other was prepared.
     *
     * @return false where the journal is full, or the disk: then nothing was appended
     * @throws IllegalArgumentException for an empty record, and one longer than {@link #MAX_RECORD}
     */
    public boolean append(byte[] record) {
        if (record.length == 0 || record.length > MAX_RECORD) {
            throw new IllegalArgumentException(
                    "record: " + record.length + " bytes (expected: 1 to " + MAX_RECORD + ")");
        }
        synchronized (writing) {
            if (files.isEmpty()) { // closed
                return false;
            }
            if (!files.getLast().append(record)) {
                if (files.size() >= segments || !extend()) {
                    return false;
                }
                files.getLast().append(record);
            }
            appended++;
            return true;
        }
    }

    private boolean extend() {
        try {
            files.addLast(spare.isPresent() ? spare.get() : create());
            spare = Optional.empty();
            return true;
        } catch (IOException full) {
            LOG.error("the journal cannot be extended: {}", full.toString());
            return false;
        }
    }

    /** Makes the next file before it is needed. To be called now and then, off the event loops. */
    public void prepare() {
        synchronized (writing) {
            if (spare.isPresent() || files.size() >= segments) {
                return;
            }
        }
        try {
            Segment made;
            long number;
            synchronized (writing) {
                number = next++;
            }
            made = Segment.create(directory.resolve("%012d.journal".formatted(number)), number, segmentBytes);
            synchronized (writing) {
                spare = Optional.of(made);
            }
        } catch (IOException full) {
            LOG.error("the journal's next file cannot be made: {}", full.toString());
        }
    }

    /** The oldest records that nobody has dealt with, at most so many; empty where there are none. */
    public Optional<Batch> read(int most) {
        for (Segment segment : readable()) {
            List<byte[]> records = new ArrayList<>();
            long offset = segment.consumed();
            while (records.size() < most) {
                Optional<byte[]> record = segment.at(offset);
                if (record.isEmpty()) {
                    break;
                }
                records.add(record.get());
                offset += Segment.sizeOf(record.get().length);
            }
            if (!records.isEmpty()) {
                return Optional.of(new Batch(records, segment.number, offset));
            }
        }
        return Optional.empty();
    }

    private List<Segment> readable() {
        synchronized (writing) {
            return List.copyOf(files);
        }
    }

    /**
     * What was read has been dealt with, and is not read again.
     *
     * @throws IOException where a file that is finished cannot be removed; it is tried again when the journal is opened
     */
    public void consumed(Batch batch) throws IOException {
        List<Segment> finished = new ArrayList<>();
        synchronized (writing) {
            for (Segment segment : files) {
                if (segment.number == batch.segment()) {
                    segment.consumed(batch.end());
                }
            }
            taken += batch.records().size();
            while (files.size() > 1
                    && files.getFirst().at(files.getFirst().consumed()).isEmpty()) {
                finished.add(files.removeFirst());
            }
        }
        for (Segment segment : finished) {
            segment.delete();
        }
    }

    /** How many records wait to be dealt with. */
    public long waiting() {
        synchronized (writing) {
            return appended - taken;
        }
    }

    /** Has the disk hold what is appended so far. Takes as long as the disk takes; off the event loops. */
    public void force() {
        readable().forEach(Segment::force);
    }

    /** What was appended stays for whoever opens the directory next. */
    @Override
    public void close() throws IOException {
        synchronized (writing) {
            files.forEach(Segment::close);
            files.clear();
            if (spare.isPresent()) {
                spare.get().delete();
                spare = Optional.empty();
            }
        }
        lock.release();
        lockChannel.close();
    }
}
