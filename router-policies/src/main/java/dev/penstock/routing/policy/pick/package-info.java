/** How costs become an order of attempts. */
@NullMarked
package dev.penstock.routing.policy.pick;

import org.jspecify.annotations.NullMarked;
