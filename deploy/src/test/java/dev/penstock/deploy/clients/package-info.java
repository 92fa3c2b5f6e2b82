/** Unmodified clients against what {@code penstock up} starts. */
@org.jspecify.annotations.NullMarked
package dev.penstock.deploy.clients;
