/** Whether the answer to one question serves another: vetoes, and a calibrated probability. */
@NullMarked
package dev.penstock.cache.judge;

import org.jspecify.annotations.NullMarked;
