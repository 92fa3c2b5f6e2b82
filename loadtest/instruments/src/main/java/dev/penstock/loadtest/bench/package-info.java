/**
 * The same load directly, through nginx, through Penstock and through other gateways, in rotated rounds of one run: a
 * ratio needs both of its halves from the same minutes of the same machine.
 */
@org.jspecify.annotations.NullMarked
package dev.penstock.loadtest.bench;
