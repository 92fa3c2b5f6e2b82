/** The rows of the fault matrix: each makes one fault, and measures what comes of it. */
@org.jspecify.annotations.NullMarked
package dev.penstock.loadtest.matrix.rows;
