/** Decisions told: who could be chosen, what spoke for and against each, and what came of it. */
@NullMarked
package dev.penstock.routing.explain;

import org.jspecify.annotations.NullMarked;
