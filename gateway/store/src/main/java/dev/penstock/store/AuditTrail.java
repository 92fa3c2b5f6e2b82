package dev.penstock.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/**
 * A log of what was done to accounts, each record of which holds the SHA-256 of the one before: whoever changes, removes or
 * inserts a record has to make all later ones anew, and cannot where the last hash was noted elsewhere. Written in the
 * transaction of what it tells of.
 */
public final class AuditTrail {
    private static final String FIRST = "0".repeat(64);
    private static final RowMapper<AuditRecord> ROW = (row, context) -> new AuditRecord(
            row.getLong("seq"),
            Instant.ofEpochMilli(row.getLong("at_ms")),
            row.getString("actor"),
            row.getString("action"),
            row.getString("subject"),
            row.getString("detail"),
            row.getString("hash"));

    private final Database database;

    /** The trail of a store. */
    public AuditTrail(Database database) {
        this.database = database;
    }

    /** Appends. The caller holds the lock that orders all changes. */
    static void append(Handle handle, Instant at, String actor, String action, String subject, String detail) {
        Optional<AuditRecord> before = handle.select("select * from audit order by seq desc limit 1")
                .map(ROW)
                .findOne();
        long seq = before.map(AuditRecord::seq).orElse(0L) + 1;
        AuditRecord unsealed =
                new AuditRecord(seq, Instant.ofEpochMilli(at.toEpochMilli()), actor, action, subject, detail, "");
        Database.changed(
                handle,
                "insert into audit (seq, at_ms, actor, action, subject, detail, hash) values (?, ?, ?, ?, ?, ?, ?)",
                seq,
                at.toEpochMilli(),
                actor,
                action,
                subject,
                detail,
                hash(before.map(AuditRecord::hash).orElse(FIRST), unsealed));
    }

    /** The newest records first. */
    public List<AuditRecord> newest(int most) {
        return database.read(handle -> handle.select("select * from audit order by seq desc limit ?", most)
                .map(ROW)
                .list());
    }

    /** The sequence number of the first record that is not as it was written, or is missing; empty where all are. */
    public OptionalLong broken() {
        return database.read(handle -> {
            String before = FIRST;
            long expected = 1;
            try (Stream<AuditRecord> records = handle.select("select * from audit order by seq").map(ROW).stream()) {
                for (AuditRecord record : (Iterable<AuditRecord>) records::iterator) {
                    if (record.seq() != expected || !record.hash().equals(hash(before, record))) {
                        return OptionalLong.of(expected);
                    }
                    before = record.hash();
                    expected++;
                }
            }
            return OptionalLong.empty();
        });
    }

    /** Each part with its length before it, so that nothing can move from one into another. */
    private static String hash(String before, AuditRecord record) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : List.of(
                    before,
                    Long.toString(record.seq()),
                    Long.toString(record.at().toEpochMilli()),
                    record.actor(),
                    record.action(),
                    record.subject(),
                    record.detail())) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
