/**
 * Pure decisions: who gets this request, and why. Values in, a {@link dev.penstock.routing.RoutingDecision} out; nothing
 * here acts, waits, reads a clock or draws randomness of its own.
 */
@NullMarked
package dev.penstock.routing;

import org.jspecify.annotations.NullMarked;
