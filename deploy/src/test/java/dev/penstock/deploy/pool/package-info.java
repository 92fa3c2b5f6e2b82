/** Pools of real processes: started, killed, cut off and timed. */
@NullMarked
package dev.penstock.deploy.pool;

import org.jspecify.annotations.NullMarked;
