/** Texts as vectors, computed in this process: nothing of a text leaves it. */
@NullMarked
package dev.penstock.gateway.embedding;

import org.jspecify.annotations.NullMarked;
