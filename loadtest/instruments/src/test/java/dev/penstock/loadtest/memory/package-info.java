@org.jspecify.annotations.NullMarked
package dev.penstock.loadtest.memory;
