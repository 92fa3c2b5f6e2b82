/** Answers from memory: the same question by its form, a reworded one by its meaning. */
@NullMarked
package dev.penstock.gateway.cache;

import org.jspecify.annotations.NullMarked;
