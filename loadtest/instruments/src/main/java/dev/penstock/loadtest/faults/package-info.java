/** A TCP proxy that makes faults: it knows bytes and connections, and nothing of what runs over them. */
@org.jspecify.annotations.NullMarked
package dev.penstock.loadtest.faults;
