/**
 * What outlives a gateway, in a database: H2 in a file for one gateway, PostgreSQL for several, with the same tables and the
 * same statements. Nothing here is called while a request is served; all calls block, and are made off the event loops.
 */
@NullMarked
package dev.penstock.store;

import org.jspecify.annotations.NullMarked;
