/** The built-in policies. */
@NullMarked
package dev.penstock.routing.policy;

import org.jspecify.annotations.NullMarked;
