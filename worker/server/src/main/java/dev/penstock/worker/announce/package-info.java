/**
 * Tells the pool about this worker: a sealed record twice a second, through a Hazelcast client or within one process.
 * Gateways may come and go; the worker serves whether it is heard or not.
 */
@NullMarked
package dev.penstock.worker.announce;

import org.jspecify.annotations.NullMarked;
