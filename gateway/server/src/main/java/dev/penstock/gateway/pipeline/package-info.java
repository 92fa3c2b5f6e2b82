/**
 * What happens to a request, in order: one readable chain in {@code Pipeline}, and the ports its stages stand behind.
 * The packages {@code http}, {@code upstream}, {@code cache}, {@code tenancy}, {@code cluster} and {@code telemetry}
 * implement the ports; this package knows none of them.
 */
@NullMarked
package dev.penstock.gateway.pipeline;

import org.jspecify.annotations.NullMarked;
