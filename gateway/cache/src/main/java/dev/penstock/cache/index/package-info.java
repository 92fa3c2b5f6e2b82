/** Finds the stored questions nearest to one. */
@NullMarked
package dev.penstock.cache.index;

import org.jspecify.annotations.NullMarked;
