/**
 * Tenants, projects and keys made while gateways run: they are in the store, and every gateway works from a snapshot of them,
 * merged with those of its configuration. Nothing here is on the way of a request.
 */
@NullMarked
package dev.penstock.gateway.accounts;

import org.jspecify.annotations.NullMarked;
