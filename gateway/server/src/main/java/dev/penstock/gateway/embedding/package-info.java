/**
 * Texts as vectors: computed in this process, so that nothing of a text leaves it, or, where that is configured, by a server
 * elsewhere.
 */
@NullMarked
package dev.penstock.gateway.embedding;

import org.jspecify.annotations.NullMarked;
