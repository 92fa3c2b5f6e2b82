@org.jspecify.annotations.NullMarked
package dev.penstock.loadtest.simulation.engine;
