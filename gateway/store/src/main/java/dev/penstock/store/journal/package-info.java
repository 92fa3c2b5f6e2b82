/**
 * Records that must outlive the process that made them, until they are written elsewhere: appended to memory-mapped files
 * without a system call, read back in order.
 */
@NullMarked
package dev.penstock.store.journal;

import org.jspecify.annotations.NullMarked;
