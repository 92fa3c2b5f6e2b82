/**
 * What answers from memory take: exact ones beside the least that a gateway can do, reworded questions, and what memory adds
 * for questions that it has not seen. All of it in rotated rounds of one run.
 */
@org.jspecify.annotations.NullMarked
package dev.penstock.loadtest.memory;
