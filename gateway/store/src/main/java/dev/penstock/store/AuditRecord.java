package dev.penstock.store;

import java.time.Instant;

/**
 * What somebody did to an account.
 *
 * @param seq from 1, without gaps
 * @param actor who, as the admin listener knows them
 * @param action such as {@code key.create}
 * @param subject what it was done to
 * @param detail the settings as they then were; never a key
 * @param hash 64 hexadecimal digits: of the record before and of this one
 */
public record AuditRecord(
        long seq, Instant at, String actor, String action, String subject, String detail, String hash) {}
