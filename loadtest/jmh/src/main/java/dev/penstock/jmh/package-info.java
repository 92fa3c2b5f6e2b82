/**
 * Microbenchmarks of what every request, and every chunk of its answer, passes through. Those of classes that a package
 * keeps to itself stand in that package, as tests do.
 */
@NullMarked
package dev.penstock.jmh;

import org.jspecify.annotations.NullMarked;
