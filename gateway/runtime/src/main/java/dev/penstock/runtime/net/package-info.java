/**
 * HTTP at the edge of a process: listeners with their guards, TLS, bounded bodies, clients, and the order of going up
 * and down.
 */
@NullMarked
package dev.penstock.runtime.net;

import org.jspecify.annotations.NullMarked;
