/** The data plane as a whole: routes, pipeline and relay over real sockets, against workers that misbehave by script. */
@NullMarked
package dev.penstock.gateway.relaying;

import org.jspecify.annotations.NullMarked;
