/**
 * How much may be asked: requests, tokens and what runs at once, of everybody together, of tenants, projects and keys. Limits
 * are a view over one {@link dev.penstock.gateway.config.AuthConfig} and swapped whole when it changes; what was taken of
 * them stays taken.
 */
@NullMarked
package dev.penstock.gateway.admission;

import org.jspecify.annotations.NullMarked;
