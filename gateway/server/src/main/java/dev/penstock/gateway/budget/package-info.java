/** What may be spent: budgets, the parts of them that this gateway holds, and who is told when they are used. */
@NullMarked
package dev.penstock.gateway.budget;

import org.jspecify.annotations.NullMarked;
