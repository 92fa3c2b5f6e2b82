/** What another policy would have decided, cost and taken, by a log of the decisions that were made. */
@NullMarked
package dev.penstock.loadtest.replay;

import org.jspecify.annotations.NullMarked;
