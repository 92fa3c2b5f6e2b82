package dev.penstock.gateway.telemetry;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * Lines in files of a bounded size: once a line does not fit, the file becomes {@code FILE.1}, what was that {@code FILE.2},
 * and so on; the oldest goes. Only its owner may read it. Of one thread.
 */
final class DecisionFile implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final Path path;
    private final long maxBytes;
    private final int maxFiles;
    private Optional<OutputStream> open = Optional.empty();
    private long size;

    /** Nothing is opened before the first line. */
    DecisionFile(Path path, long maxBytes, int maxFiles) {
        this.path = path;
        this.maxBytes = maxBytes;
        this.maxFiles = maxFiles;
    }

    /** Adds a line, with its line break. A line that is larger than a file may be is a file of its own. */
    void write(byte[] line) throws IOException {
        if (open.isEmpty()) {
            open();
        }
        if (size > 0 && size + line.length > maxBytes) {
            close();
            rotate();
            open();
        }
        open.orElseThrow().write(line);
        size += line.length;
    }

    void flush() throws IOException {
        if (open.isPresent()) {
            open.get().flush();
        }
    }

    private void open() throws IOException {
        create(path);
        size = Files.size(path);
        open = Optional.of(new BufferedOutputStream(Files.newOutputStream(path, StandardOpenOption.APPEND), BUFFER));
        if (size > 0 && !endsWithLine()) {
            open.get().write('\n'); // a process that was killed left a part of one
            size++;
        }
    }

    private boolean endsWithLine() throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(path)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return channel.position(size - 1).read(last) == 1 && last.get(0) == '\n';
        }
    }

    /**
     * Sees to it that the file is there and can be written.
     *
     * @throws IOException where it cannot
     */
    static void create(Path path) throws IOException {
        if (!Files.exists(path)) {
            if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            } else {
                Files.createFile(path);
            }
        }
        if (!Files.isRegularFile(path) || !Files.isWritable(path)) {
            throw new IOException(path + " is not a file that can be written");
        }
    }

    private void rotate() throws IOException {
        Files.deleteIfExists(older(maxFiles - 1));
        for (int age = maxFiles - 2; age >= 0; age--) {
            if (Files.exists(older(age))) {
                Files.move(older(age), older(age + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private Path older(int age) {
        return age == 0 ? path : path.resolveSibling(path.getFileName() + "." + age);
    }

    @Override
    public void close() throws IOException {
        if (open.isPresent()) {
            OutputStream closing = open.get();
            open = Optional.empty();
            closing.close();
        }
    }
}
