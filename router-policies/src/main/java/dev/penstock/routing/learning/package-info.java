/**
 * What outcomes teach: how long a worker takes, how much a request generates, how long a text is in tokens. Fed apart from
 * deciding; time is a parameter, memory is bounded, reads take no lock that a slow writer could hold.
 */
@NullMarked
package dev.penstock.routing.learning;

import org.jspecify.annotations.NullMarked;
