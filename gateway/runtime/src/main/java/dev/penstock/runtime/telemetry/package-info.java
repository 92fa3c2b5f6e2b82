/** Logs, metrics and trace context of a process. */
@NullMarked
package dev.penstock.runtime.telemetry;

import org.jspecify.annotations.NullMarked;
