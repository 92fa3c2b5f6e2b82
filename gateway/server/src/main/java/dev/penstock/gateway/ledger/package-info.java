/** What was used, told truly: finished requests become entries of a journal, and those the rows of a database. */
@NullMarked
package dev.penstock.gateway.ledger;

import org.jspecify.annotations.NullMarked;
