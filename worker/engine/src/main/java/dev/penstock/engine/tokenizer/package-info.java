/** Text to tokens and back. For the engine's own packages. */
@NullMarked
package dev.penstock.engine.tokenizer;

import org.jspecify.annotations.NullMarked;
