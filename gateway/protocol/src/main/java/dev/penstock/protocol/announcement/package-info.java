/**
 * How a worker tells the pool about itself: what it says, the seal that proves the cluster secret, and the two ports the
 * record travels through. Knows no cluster library: a record is bytes.
 */
@NullMarked
package dev.penstock.protocol.announcement;

import org.jspecify.annotations.NullMarked;
