/** When not to send: state machines over outcomes and probes. Values; the clock and the randomness come from outside. */
@NullMarked
package dev.penstock.routing.limit;

import org.jspecify.annotations.NullMarked;
