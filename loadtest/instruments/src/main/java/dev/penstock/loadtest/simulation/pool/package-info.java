/**
 * A pool with its gateways on a virtual clock: links, signals that are old when they come, requests that wait at the
 * gateway, workers that die. What decides are the very classes of the gateway.
 */
@NullMarked
package dev.penstock.loadtest.simulation.pool;

import org.jspecify.annotations.NullMarked;
