/** Bounds on how often an answer from memory is wrong, that hold with a stated probability. */
@NullMarked
package dev.penstock.cache.bound;

import org.jspecify.annotations.NullMarked;
