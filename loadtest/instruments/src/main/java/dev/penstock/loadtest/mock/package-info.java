/**
 * An OpenAI-compatible engine to point things at, whose answers are a pure function of a seed and the request, so that
 * whoever asked can tell a right answer from a wrong one.
 */
@org.jspecify.annotations.NullMarked
package dev.penstock.loadtest.mock;
