/** What workers charge, where they do not say so themselves. */
@NullMarked
package dev.penstock.routing.price;

import org.jspecify.annotations.NullMarked;
