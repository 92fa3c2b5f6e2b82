/**
 * The wire, shared by gateway and workers: OpenAI shapes, their errors, event-stream framing. Bytes and values only; no
 * server, no cluster.
 */
@NullMarked
package dev.penstock.protocol;

import org.jspecify.annotations.NullMarked;
