/**
 * The fault matrix: what must hold when something goes wrong, tried on real processes and told as a table of what was
 * expected and what was measured.
 */
@org.jspecify.annotations.NullMarked
package dev.penstock.loadtest.matrix;
