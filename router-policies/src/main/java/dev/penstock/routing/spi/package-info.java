/**
 * What a policy is put together of: filters, scorers and a picker, each found by its name through
 * {@link java.util.ServiceLoader}. Built-in components register the same way as anybody's.
 */
@NullMarked
package dev.penstock.routing.spi;

import org.jspecify.annotations.NullMarked;
