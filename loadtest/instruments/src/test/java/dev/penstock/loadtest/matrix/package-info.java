/** Tests of the fault matrix: of its table and verdicts, not of what is under test. */
@org.jspecify.annotations.NullMarked
package dev.penstock.loadtest.matrix;
