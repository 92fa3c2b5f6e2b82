package dev.penstock.gateway.accounts;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.store.AccountRows;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last accounts that were read of a shared store, kept for a start while that cannot be reached. It has hashes and no
 * keys, and is its owner's alone to read.
 */
final class AccountFile {
    private static final Logger LOG = LoggerFactory.getLogger(AccountFile.class);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Path file;

    AccountFile(Path directory) {
        this.file = directory.resolve("accounts.json");
    }

    /** Keeps them. That it cannot be written is logged, and does no harm before the next start. */
    void save(AccountRows rows) {
        Path fresh = file.resolveSibling("accounts.json.new");
        try {
            Files.deleteIfExists(fresh);
            Files.createFile(fresh, ownersAlone());
            Files.write(fresh, MAPPER.writeValueAsBytes(json(rows)), StandardOpenOption.WRITE);
            replace(fresh);
        } catch (IOException refused) {
            LOG.warn("{} cannot be written: {}", file, refused.toString());
        }
    }

    private FileAttribute<?>[] ownersAlone() {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private void replace(Path fresh) throws IOException {
        Set<StandardCopyOption> whole = EnumSet.of(StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        try {
            Files.move(fresh, file, whole.toArray(StandardCopyOption[]::new));
        } catch (AtomicMoveNotSupportedException plain) {
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static ObjectNode json(AccountRows rows) {
        ObjectNode root = MAPPER.createObjectNode().put("revision", rows.revision());
        ArrayNode tenants = root.putArray("tenants");
        rows.tenants().forEach(row -> tenants.addObject()
                .put("id", row.id())
                .put("settings", row.settings())
                .put("created", row.created().toString()));
        ArrayNode projects = root.putArray("projects");
        rows.projects().forEach(row -> projects.addObject()
                .put("tenant", row.tenant())
                .put("id", row.id())
                .put("settings", row.settings())
                .put("created", row.created().toString()));
        ArrayNode keys = root.putArray("keys");
        rows.keys().forEach(row -> {
            ObjectNode key = keys.addObject()
                    .put("id", row.id())
                    .put("tenant", row.tenant())
                    .put("project", row.project())
                    .put("settings", row.settings())
                    .put("created", row.created().toString());
            row.revoked().ifPresent(at -> key.put("revoked", at.toString()));
            ArrayNode hashes = key.putArray("hashes");
            row.hashes().forEach(hash -> {
                ObjectNode kept = hashes.addObject().put("value", hash.value());
                hash.ends().ifPresent(end -> kept.put("ends", end.toString()));
            });
        });
        return root;
    }

    /** What was kept; empty where nothing was, or it cannot be read. */
    Optional<AccountRows> load() {
        try {
            return Optional.of(rows(MAPPER.readTree(Files.readAllBytes(file))));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (JsonProcessingException | DateTimeException torn) {
            LOG.warn("{} is not what was written, and is passed over", file);
        } catch (IOException refused) {
            LOG.warn("{} cannot be read: {}", file, refused.toString());
        }
        return Optional.empty();
    }

    private static AccountRows rows(JsonNode root) {
        List<AccountRows.Tenant> tenants = new ArrayList<>();
        for (JsonNode row : root.path("tenants")) {
            tenants.add(new AccountRows.Tenant(text(row, "id"), text(row, "settings"), instant(row, "created")));
        }
        List<AccountRows.Project> projects = new ArrayList<>();
        for (JsonNode row : root.path("projects")) {
            projects.add(new AccountRows.Project(
                    text(row, "tenant"), text(row, "id"), text(row, "settings"), instant(row, "created")));
        }
        List<AccountRows.Key> keys = new ArrayList<>();
        for (JsonNode row : root.path("keys")) {
            List<AccountRows.Hash> hashes = new ArrayList<>();
            row.path("hashes")
                    .forEach(hash -> hashes.add(new AccountRows.Hash(text(hash, "value"), ending(hash, "ends"))));
            keys.add(new AccountRows.Key(
                    text(row, "id"),
                    text(row, "tenant"),
                    text(row, "project"),
                    text(row, "settings"),
                    instant(row, "created"),
                    ending(row, "revoked"),
                    hashes));
        }
        return new AccountRows(root.path("revision").asLong(), tenants, projects, keys);
    }

    private static String text(JsonNode row, String field) {
        return row.path(field).asText();
    }

    private static Instant instant(JsonNode row, String field) {
        return Instant.parse(text(row, field));
    }

    private static Optional<Instant> ending(JsonNode row, String field) {
        return row.has(field) ? Optional.of(instant(row, field)) : Optional.empty();
    }
}
