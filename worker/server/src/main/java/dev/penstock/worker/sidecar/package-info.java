/** A worker in front of another OpenAI-compatible server: speaks for it in the pool and passes requests on to it. */
@NullMarked
package dev.penstock.worker.sidecar;

import org.jspecify.annotations.NullMarked;
