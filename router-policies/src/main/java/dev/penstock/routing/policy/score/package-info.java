/** What it costs to send a request to a worker: terms in seconds and dollars, and the predictions they come from. */
@NullMarked
package dev.penstock.routing.policy.score;

import org.jspecify.annotations.NullMarked;
