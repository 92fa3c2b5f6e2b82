/** What a question says, as far as it can be read from its words: numbers, names, code, negations, opposites, language. */
@NullMarked
package dev.penstock.cache.wording;

import org.jspecify.annotations.NullMarked;
