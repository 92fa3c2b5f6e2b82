package dev.penstock.gateway.cache;

import java.time.Instant;
import java.util.Optional;

/**
 * Answers that nobody is to serve any more: those that were asked for no later than a moment, of a tenant, by a key, of a
 * model, of a name, as far as each is given.
 *
 * @param key the id of who asked
 * @param until answers that are asked for later are none of them
 */
public record Purge(
        Optional<String> tenant, Optional<String> key, Optional<String> model, Optional<String> entry, Instant until) {
    /** All answers of no later than that. */
    public static Purge everything(Instant until) {
        return new Purge(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), until);
    }

    /** The answer of that name. */
    static Purge ofEntry(String name, Instant until) {
        return new Purge(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(name), until);
    }

    boolean covers(StoredAnswer answer) {
        return matches(answer) && !answer.created().isAfter(until);
    }

    /** Whether the answer is of that tenant, key, model and name, whenever it was asked for. */
    boolean matches(StoredAnswer answer) {
        return tenant.map(answer.tenant()::equals).orElse(true)
                && key.map(answer.key()::equals).orElse(true)
                && model.map(answer.model()::equals).orElse(true)
                && entry.map(answer.name()::equals).orElse(true);
    }

    /** What two purges have in common that differ in their moments alone. */
    public Purge scope() {
        return at(Instant.EPOCH);
    }

    /** The same of another moment. */
    public Purge at(Instant moment) {
        return new Purge(tenant, key, model, entry, moment);
    }
}
