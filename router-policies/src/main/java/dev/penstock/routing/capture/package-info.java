/**
 * Decisions as they are kept: everything that one was made on, in plain values, and the way back from there to what a policy
 * reads. What is kept holds nothing of a prompt but numbers of tokens and blocks.
 */
@NullMarked
package dev.penstock.routing.capture;

import org.jspecify.annotations.NullMarked;
