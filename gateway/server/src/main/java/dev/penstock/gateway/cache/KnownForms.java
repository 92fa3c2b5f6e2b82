package dev.penstock.gateway.cache;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What was found out of bodies that came before, byte for byte the same: whoever asks again is not read again. By an HMAC over
 * whose they are and all of the body, under the same secret as names are: it takes no other's place but by breaking the HMAC.
 *
 * <p>Bounded: each body has two places, which are of the last two that came to be known there. Thread safe, without locks.
 */
final class KnownForms {
    private static final int PLACES = 4_096;

    private final CacheKeys keys;
    private final AtomicReferenceArray<@Nullable Entry> places = new AtomicReferenceArray<>(PLACES);

    /**
     * What is to be known of a request.
     *
     * @param name of its answer
     * @param eligibility under the operator's terms
     */
    record Known(String name, Eligibility eligibility) {}

    /** Of one body, under these terms. */
    @SuppressWarnings("ArrayRecordComponent") // compared by itself
    private record Entry(byte[] body, Eligibility.Terms terms, boolean optedIn, Known known) {
        boolean isOf(byte[] other, Eligibility.Terms now, boolean optedInNow) {
            return optedIn == optedInNow && Arrays.equals(body, other) && terms.equals(now);
        }
    }

    KnownForms(CacheKeys keys) {
        this.keys = keys;
    }

    /**
     * Looks it up, or finds it out.
     *
     * @param optedIn whether the request itself asks for memory
     */
    Known of(CacheKeys.Scope scope, RequestForm form, Eligibility.Terms terms, boolean optedIn) {
        byte[] body = keys.body(scope, form);
        int place = ByteBuffer.wrap(body).getInt() & (PLACES - 2);
        Entry last = places.get(place);
        if (last != null && last.isOf(body, terms, optedIn)) {
            return last.known;
        }
        Entry before = places.get(place + 1);
        if (before != null && before.isOf(body, terms, optedIn)) {
            return before.known;
        }
        places.set(place + 1, last);
        Known known = new Known(keys.exact(scope, form), Eligibility.of(form.operation(), form, terms, optedIn));
        places.set(place, new Entry(body, terms, optedIn, known));
        return known;
    }
}
