/** Text embedding models, run in micro-batches. */
@NullMarked
package dev.penstock.engine.embedding;

import org.jspecify.annotations.NullMarked;
