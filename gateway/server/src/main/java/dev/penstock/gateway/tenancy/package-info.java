/**
 * Who asks, and how often: keys kept as digests, and a token bucket each. Both are immutable views over one
 * {@link dev.penstock.gateway.config.AuthConfig} and swapped whole when it changes; buckets keep what they hold.
 */
@NullMarked
package dev.penstock.gateway.tenancy;

import org.jspecify.annotations.NullMarked;
