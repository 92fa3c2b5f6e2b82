/**
 * The workers' side: dialling them, judging what they answer, and passing it on byte by byte while the client takes it.
 * Implements the pipeline's {@code Relay} port.
 */
@NullMarked
package dev.penstock.gateway.upstream;

import org.jspecify.annotations.NullMarked;
