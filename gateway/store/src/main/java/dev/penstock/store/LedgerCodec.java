package dev.penstock.store;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Ledger entries as records of a journal: a version, then the parts in the order of the record. */
public final class LedgerCodec {
    private static final byte VERSION = 1;
    private static final int TEXTS = 14;

    private LedgerCodec() {}

    /** As bytes, some hundreds of them. */
    public static byte[] encode(LedgerEntry entry) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeLong(ChronoUnit.MICROS.between(Instant.EPOCH, entry.at()));
            for (String text : texts(entry)) {
                out.writeUTF(text);
            }
            out.writeInt(entry.attempts());
            out.writeLong(entry.tokens().prompt());
            out.writeLong(entry.tokens().cached());
            out.writeLong(entry.tokens().completion());
            out.writeLong(entry.tokens().reasoning());
            out.writeBoolean(entry.tokens().estimated());
            write(out, entry.nanoUsd());
            out.writeLong(entry.savedNanoUsd());
            write(out, entry.firstTokenMicros());
            out.writeLong(entry.totalMicros());
            out.writeShort(entry.draws().size());
            for (LedgerEntry.Draw draw : entry.draws()) {
                out.writeUTF(draw.lease());
                out.writeLong(draw.amount());
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static List<String> texts(LedgerEntry entry) {
        return List.of(
                entry.id(),
                entry.node(),
                entry.requestId(),
                entry.tenant(),
                entry.project(),
                entry.key(),
                entry.operation(),
                entry.modelAsked(),
                entry.modelServed(),
                entry.worker(),
                entry.site(),
                entry.policy(),
                entry.cache(),
                entry.outcome());
    }

    private static void write(DataOutputStream out, OptionalLong value) throws IOException {
        out.writeBoolean(value.isPresent());
        out.writeLong(value.orElse(0));
    }

    private static OptionalLong read(DataInputStream in) throws IOException {
        boolean present = in.readBoolean();
        long value = in.readLong();
        return present ? OptionalLong.of(value) : OptionalLong.empty();
    }

    /**
     * Reads what {@link #encode} made.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static LedgerEntry decode(byte[] record) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(record))) {
            byte version = in.readByte();
            if (version != VERSION) {
                throw new IllegalArgumentException("version: " + version + " (expected: " + VERSION + ")");
            }
            Instant at = Instant.EPOCH.plus(in.readLong(), ChronoUnit.MICROS);
            List<String> texts = new ArrayList<>(TEXTS);
            for (int i = 0; i < TEXTS; i++) {
                texts.add(in.readUTF());
            }
            return rest(in, at, texts);
        } catch (IOException malformed) {
            throw new IllegalArgumentException("record: cut off (expected: an entry of the ledger)", malformed);
        }
    }

    private static LedgerEntry rest(DataInputStream in, Instant at, List<String> texts) throws IOException {
        int attempts = in.readInt();
        LedgerEntry.Tokens tokens =
                new LedgerEntry.Tokens(in.readLong(), in.readLong(), in.readLong(), in.readLong(), in.readBoolean());
        OptionalLong nanoUsd = read(in);
        long saved = in.readLong();
        OptionalLong firstToken = read(in);
        long total = in.readLong();
        List<LedgerEntry.Draw> draws = new ArrayList<>();
        for (int left = in.readUnsignedShort(); left > 0; left--) {
            draws.add(new LedgerEntry.Draw(in.readUTF(), in.readLong()));
        }
        int text = 0;
        return new LedgerEntry(
                texts.get(text++),
                at,
                texts.get(text++),
                texts.get(text++),
                texts.get(text++),
                texts.get(text++),
                texts.get(text++),
                texts.get(text++),
                texts.get(text++),
                texts.get(text++),
                texts.get(text++),
                texts.get(text++),
                texts.get(text++),
                texts.get(text++),
                texts.get(text),
                attempts,
                tokens,
                nanoUsd,
                saved,
                firstToken,
                total,
                draws);
    }
}
