/** Measures a judge and plain cosines on labelled pairs of questions: precision against hit ratio. */
@NullMarked
package dev.penstock.cache.eval;

import org.jspecify.annotations.NullMarked;
