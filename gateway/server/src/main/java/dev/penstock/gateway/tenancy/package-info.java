/**
 * Who asks: keys, kept as digests. An immutable view over one {@link dev.penstock.gateway.config.AuthConfig}, swapped whole
 * when it changes.
 */
@NullMarked
package dev.penstock.gateway.tenancy;

import org.jspecify.annotations.NullMarked;
