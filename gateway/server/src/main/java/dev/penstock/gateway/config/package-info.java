/**
 * The gateway's one YAML file as records: every key, its default, its bounds and what it is for. Bound and checked
 * whole by {@link dev.penstock.runtime.config.ConfigLoader}; {@code docs/configuration.md} is generated from here.
 */
@NullMarked
package dev.penstock.gateway.config;

import org.jspecify.annotations.NullMarked;
