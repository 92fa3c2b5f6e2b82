/** Models of what runs requests: an engine with continuous batching, and a paid API. */
@NullMarked
package dev.penstock.loadtest.simulation.engine;

import org.jspecify.annotations.NullMarked;
