/** The hard filters: rules that no policy breaks. */
@NullMarked
package dev.penstock.routing.policy.filter;

import org.jspecify.annotations.NullMarked;
