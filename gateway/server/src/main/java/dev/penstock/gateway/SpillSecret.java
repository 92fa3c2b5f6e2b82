package dev.penstock.gateway;

import dev.penstock.protocol.announcement.ClusterSecret;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/**
 * The secret of answers that are kept by a gateway without a cluster's: made once, and kept in the directory that is this
 * gateway's own, readable by its user alone.
 */
final class SpillSecret {
    private static final String FILE = "answers.key";
    private static final int BYTES = 32;

    private SpillSecret() {}

    /**
     * That of a directory that is there.
     *
     * @throws IllegalArgumentException where it cannot be read or made, naming the file and never the secret
     */
    static ClusterSecret of(Path directory) {
        Path file = directory.resolve(FILE);
        try {
            if (!Files.exists(file)) {
                make(file);
            }
            String secret = Files.readString(file).strip();
            if (Base64.getDecoder().decode(secret).length != BYTES) {
                throw new IllegalArgumentException("not a secret");
            }
            return ClusterSecret.of(secret);
        } catch (IOException | IllegalArgumentException refused) {
            throw new IllegalArgumentException(
                    "store.directory: " + file + " (expected: the line that was written there; without the file"
                            + " another is made, and the answers that are kept are as good as gone)",
                    refused);
        }
    }

    private static void make(Path file) throws IOException {
        byte[] secret = new byte[BYTES];
        new SecureRandom().nextBytes(secret);
        Path made = file.resolveSibling(FILE + ".new");
        Files.deleteIfExists(made);
        FileAttribute<?>[] owner =
                FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        try (SeekableByteChannel out = Files.newByteChannel(
                made,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.DSYNC),
                owner)) {
            ByteBuffer line = ByteBuffer.wrap(
                    (Base64.getEncoder().encodeToString(secret) + "\n").getBytes(StandardCharsets.US_ASCII));
            while (line.hasRemaining()) {
                out.write(line);
            }
        }
        Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
