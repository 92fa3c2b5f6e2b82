package dev.penstock.store;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Objects;

/**
 * An answer of the cache as it is kept: sealed. What is beside it says whose it is, so that it can be purged, and nothing of
 * what it says.
 *
 * @param name by which it is found, 1 to 64 printable ASCII characters
 * @param tenant whose it is; like the others cut to what the table holds
 * @param key the id of who asked
 * @param model that was asked for
 * @param sealed nobody changes it; of at most {@link #MAX_SEALED}
 * @param bytes what it counts as where bytes are bounded, at least 1
 * @param created to a microsecond, as databases keep it
 * @param expires likewise
 */
@SuppressWarnings("ArrayRecordComponent") // compared by what is in it
public record KeptAnswer(
        String name,
        String tenant,
        String key,
        String model,
        byte[] sealed,
        long bytes,
        Instant created,
        Instant expires) {
    /** The most that is sealed of one, bytes: longer answers are not worth their place, and H2 holds no more in a column. */
    public static final int MAX_SEALED = 1 << 20;

    private static final int MAX_NAME = 64;

    /** @throws IllegalArgumentException for a name or a size that cannot be */
    public KeptAnswer {
        if (name.isEmpty() || name.length() > MAX_NAME || !name.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException(
                    "name: " + name.length() + " characters (expected: 1 to " + MAX_NAME + ", printable ASCII)");
        }
        if (sealed.length > MAX_SEALED) {
            throw new IllegalArgumentException(
                    "sealed: " + sealed.length + " bytes (expected: at most " + MAX_SEALED + ")");
        }
        if (bytes < 1) {
            throw new IllegalArgumentException("bytes: " + bytes + " (expected: >= 1)");
        }
        tenant = Texts.id(tenant);
        key = Texts.id(key);
        model = Texts.model(model);
        created = created.truncatedTo(ChronoUnit.MICROS);
        expires = expires.truncatedTo(ChronoUnit.MICROS);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeptAnswer that
                && name.equals(that.name)
                && tenant.equals(that.tenant)
                && key.equals(that.key)
                && model.equals(that.model)
                && Arrays.equals(sealed, that.sealed)
                && bytes == that.bytes
                && created.equals(that.created)
                && expires.equals(that.expires);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, created, Arrays.hashCode(sealed));
    }

    /** Its name and size. */
    @Override
    public String toString() {
        return "KeptAnswer[" + name + ", " + sealed.length + " bytes]";
    }
}
