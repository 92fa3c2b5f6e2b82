/**
 * Routing policies side by side over one trace, on a virtual clock: scenarios as files, and what came of them as table,
 * JSON and page.
 */
@NullMarked
package dev.penstock.loadtest.simulation;

import org.jspecify.annotations.NullMarked;
