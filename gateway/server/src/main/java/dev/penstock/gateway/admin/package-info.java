/** What operators and probes ask: liveness, readiness, metrics, and the pool as this gateway sees it. */
@NullMarked
package dev.penstock.gateway.admin;

import org.jspecify.annotations.NullMarked;
