/** What a worker is told by its configuration file. */
@NullMarked
package dev.penstock.worker.config;

import org.jspecify.annotations.NullMarked;
