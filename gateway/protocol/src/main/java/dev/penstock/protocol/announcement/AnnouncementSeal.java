package dev.penstock.protocol.announcement;

import dev.penstock.protocol.announcement.AnnouncementRefusedException.Reason;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/**
 * The envelope that makes a record believable to whoever knows the cluster secret, wherever it was stored in between:
 *
 * <pre>
 * "PSWA" | version u8 | id length u8 | id | incarnation i64 | counter i64 | JSON length i32 | JSON | HMAC-SHA256 (32)
 * </pre>
 *
 * The HMAC is over everything before it. Thread-safe.
 */
public final class AnnouncementSeal {
    /** The largest record that is written or read, in bytes. */
    public static final int MAX_BYTES = 256 * 1024;

    private static final byte[] MAGIC = "PSWA".getBytes(StandardCharsets.US_ASCII);
    private static final int MAC_BYTES = 32;
    private static final int FIXED_BYTES = MAGIC.length + 1 + 1 + Long.BYTES + Long.BYTES + Integer.BYTES + MAC_BYTES;

    private final SecretKey key;

    /** A seal of this cluster. */
    public AnnouncementSeal(ClusterSecret secret) {
        this.key = secret.announcementKey();
    }

    /**
     * The record's bytes.
     *
     * @throws IllegalArgumentException where they would exceed {@link #MAX_BYTES}
     */
    public byte[] seal(WorkerAnnouncement announcement) {
        byte[] id = announcement.workerId().getBytes(StandardCharsets.US_ASCII);
        byte[] json = AnnouncementJson.write(announcement);
        int length = FIXED_BYTES + id.length + json.length;
        if (length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "announcement: " + length + " bytes (expected: at most " + MAX_BYTES + ")");
        }
        ByteBuffer record = ByteBuffer.allocate(length)
                .put(MAGIC)
                .put((byte) WorkerAnnouncement.PROTOCOL_VERSION)
                .put((byte) id.length)
                .put(id)
                .putLong(announcement.sequence().incarnation())
                .putLong(announcement.sequence().counter())
                .putInt(json.length)
                .put(json);
        return record.put(mac(record.array(), length - MAC_BYTES)).array();
    }

    /**
     * The announcement in a record. Nothing in it is looked at before the seal has been found good.
     *
     * @param storedUnder the key the record was found under: must be the worker's own id
     * @throws AnnouncementRefusedException where it is not to be believed
     */
    public WorkerAnnouncement open(String storedUnder, byte[] record) throws AnnouncementRefusedException {
        if (record.length > MAX_BYTES) {
            throw new AnnouncementRefusedException(
                    Reason.OVERSIZED, record.length + " bytes (expected: at most " + MAX_BYTES + ")");
        }
        if (record.length < FIXED_BYTES || !Arrays.equals(record, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new AnnouncementRefusedException(Reason.MALFORMED, "not an announcement");
        }
        int signed = record.length - MAC_BYTES;
        byte[] shown = Arrays.copyOfRange(record, signed, record.length);
        if (!MessageDigest.isEqual(mac(record, signed), shown)) {
            throw new AnnouncementRefusedException(Reason.FORGED, "its seal is not of this cluster's secret");
        }
        return read(storedUnder, ByteBuffer.wrap(record, MAGIC.length, signed - MAGIC.length));
    }

    private static WorkerAnnouncement read(String storedUnder, ByteBuffer body) throws AnnouncementRefusedException {
        int version = body.get();
        if (version != WorkerAnnouncement.PROTOCOL_VERSION) {
            throw new AnnouncementRefusedException(
                    Reason.UNSUPPORTED_VERSION,
                    "version " + version + " (expected: " + WorkerAnnouncement.PROTOCOL_VERSION + ")");
        }
        try {
            byte[] id = new byte[Byte.toUnsignedInt(body.get())];
            body.get(id);
            String workerId = new String(id, StandardCharsets.US_ASCII);
            if (!workerId.equals(storedUnder)) {
                throw new AnnouncementRefusedException(Reason.WRONG_KEY, "stored under another worker's name");
            }
            WorkerAnnouncement.Sequence sequence = new WorkerAnnouncement.Sequence(body.getLong(), body.getLong());
            byte[] json = new byte[Math.min(Math.max(body.getInt(), 0), MAX_BYTES)];
            body.get(json);
            if (body.hasRemaining()) {
                throw new AnnouncementRefusedException(Reason.MALFORMED, "bytes after its end");
            }
            return AnnouncementJson.read(workerId, sequence, json);
        } catch (BufferUnderflowException e) {
            throw new AnnouncementRefusedException(Reason.MALFORMED, "ends early");
        } catch (IllegalArgumentException e) {
            throw new AnnouncementRefusedException(Reason.INVALID, String.valueOf(e.getMessage()));
        }
    }

    private byte[] mac(byte[] bytes, int length) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            mac.update(bytes, 0, length);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HmacSHA256 is part of every JDK", e);
        }
    }
}
