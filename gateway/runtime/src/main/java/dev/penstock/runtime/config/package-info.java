/**
 * One YAML file into immutable records.
 *
 * <p>A configuration is a tree of records. {@link dev.penstock.runtime.config.ConfigLoader} binds a file to it and
 * reports every fault at once, with its line; {@link dev.penstock.runtime.config.ConfigWatch} keeps the running
 * snapshot; {@link dev.penstock.runtime.config.ConfigDocs} writes the reference from the same records.
 */
@NullMarked
package dev.penstock.runtime.config;

import org.jspecify.annotations.NullMarked;
