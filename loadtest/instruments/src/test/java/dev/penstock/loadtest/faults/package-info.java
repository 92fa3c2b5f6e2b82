/** Tests of the fault proxy, over real sockets on loopback. */
@org.jspecify.annotations.NullMarked
package dev.penstock.loadtest.faults;
