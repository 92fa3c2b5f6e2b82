package dev.penstock.gateway.ledger;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * What a gateway is called in the store: the same after every restart, and no other's, also where two stand at one site. It
 * is made once and kept in the directory that is this gateway's own, which hence must not be copied.
 */
final class NodeId {
    private static final String FILE = "node";
    private static final Pattern VALID = Pattern.compile("[!-~]{1,128}");
    private static final int RANDOM = 12;
    private static final int MOST_OF_SITE = 100;

    private NodeId() {}

    /**
     * The id of a directory that is locked for this process.
     *
     * @param site where the gateway stands: a part of an id that is made now, for people
     */
    static String of(Path directory, String site) throws IOException {
        Path file = directory.resolve(FILE);
        if (Files.exists(file)) {
            String id = Files.readString(file).strip();
            if (VALID.matcher(id).matches()) {
                return id;
            }
            throw new IOException(file + ": not an id (expected: the line that was written there)");
        }
        String place = site.replaceAll("[^!-~]", "_");
        String random = UUID.randomUUID().toString().replace("-", "").substring(0, RANDOM);
        String id = place.substring(0, Math.min(place.length(), MOST_OF_SITE)) + "-" + random;
        Path made = directory.resolve(FILE + ".new");
        Files.write(
                made,
                (id + "\n").getBytes(StandardCharsets.UTF_8),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                StandardOpenOption.DSYNC);
        Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
        return id;
    }
}
