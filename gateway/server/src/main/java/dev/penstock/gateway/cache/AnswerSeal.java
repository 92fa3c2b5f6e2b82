package dev.penstock.gateway.cache;

import dev.penstock.cache.index.Embedding;
import dev.penstock.gateway.cache.StoredAnswer.Question;
import dev.penstock.routing.Operation;
import dev.penstock.routing.TokenUsage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Answers as they leave this gateway: AES-256-GCM under a key of the cluster's secret, bound to their names, so that none can
 * be read, changed, or put in the place of another by whoever merely reaches the cluster.
 *
 * <p>Thread safe.
 */
final class AnswerSeal {
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final byte VERSION = 1;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final int MOST_BYTES = 64 << 20;

    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();

    /** @param secret 32 bytes, of nothing else's */
    AnswerSeal(byte[] secret) {
        this.key = new SecretKeySpec(secret, "AES");
    }

    byte[] seal(StoredAnswer answer) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, answer.name()).doFinal(written(answer));
            byte[] all = Arrays.copyOf(nonce, NONCE + sealed.length);
            System.arraycopy(sealed, 0, all, NONCE, sealed.length);
            return all;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(CIPHER + " is part of every JDK", impossible);
        }
    }

    /** The answer; empty where it is none of ours, or not that of the name. */
    Optional<StoredAnswer> open(String name, byte[] sealed) {
        if (sealed.length <= NONCE) {
            return Optional.empty();
        }
        try {
            Cipher cipher = cipher(Cipher.DECRYPT_MODE, Arrays.copyOf(sealed, NONCE), name);
            return Optional.of(read(name, cipher.doFinal(sealed, NONCE, sealed.length - NONCE)));
        } catch (GeneralSecurityException | IOException | IllegalArgumentException foreign) {
            return Optional.empty();
        }
    }

    private Cipher cipher(int mode, byte[] nonce, String name) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(name.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    private static byte[] written(StoredAnswer answer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeUTF(answer.tenant());
            out.writeUTF(answer.key());
            out.writeUTF(answer.model());
            out.writeUTF(answer.operation().name());
            out.writeLong(answer.used().promptTokens());
            out.writeLong(answer.used().completionTokens());
            out.writeLong(answer.used().cachedTokens());
            out.writeBoolean(answer.used().estimated());
            out.writeLong(answer.nanoUsd().orElse(-1));
            out.writeLong(answer.created().toEpochMilli());
            out.writeLong(answer.expires().toEpochMilli());
            write(out, answer.answer());
            out.writeBoolean(answer.question().isPresent());
            if (answer.question().isPresent()) {
                Question question = answer.question().get();
                out.writeUTF(question.partition());
                write(out, question.text().getBytes(StandardCharsets.UTF_8));
                write(out, question.embedding().components());
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, byte[] value) throws IOException {
        out.writeInt(value.length);
        out.write(value);
    }

    private static StoredAnswer read(String name, byte[] bytes) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            byte version = in.readByte();
            if (version != VERSION) {
                throw new IllegalArgumentException("version: " + version + " (expected: " + VERSION + ")");
            }
            String tenant = in.readUTF();
            String key = in.readUTF();
            String model = in.readUTF();
            Operation operation = Operation.valueOf(in.readUTF());
            TokenUsage used = new TokenUsage(in.readLong(), in.readLong(), in.readLong(), in.readBoolean());
            long nanoUsd = in.readLong();
            Instant created = Instant.ofEpochMilli(in.readLong());
            Instant expires = Instant.ofEpochMilli(in.readLong());
            byte[] answer = bytes(in);
            Optional<Question> question = in.readBoolean()
                    ? Optional.of(new Question(
                            in.readUTF(),
                            new String(bytes(in), StandardCharsets.UTF_8),
                            Embedding.ofComponents(bytes(in))))
                    : Optional.empty();
            return new StoredAnswer(
                    name,
                    question,
                    tenant,
                    key,
                    model,
                    operation,
                    answer,
                    used,
                    nanoUsd < 0 ? OptionalLong.empty() : OptionalLong.of(nanoUsd),
                    created,
                    expires);
        }
    }

    private static byte[] bytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > MOST_BYTES) {
            throw new IllegalArgumentException("length: " + length + " (expected: 0 to " + MOST_BYTES + ")");
        }
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }
}
