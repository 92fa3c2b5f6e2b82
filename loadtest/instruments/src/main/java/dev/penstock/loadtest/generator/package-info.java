/**
 * Open-loop load: when each request is sent is fixed before the first one is, so that a slow answer delays nobody's clock
 * (no coordinated omission). Every answer is checked to the byte.
 */
@org.jspecify.annotations.NullMarked
package dev.penstock.loadtest.generator;
