/** Causal language models: tokens in, tokens out, many sequences in one running batch. */
@NullMarked
package dev.penstock.engine.language;

import org.jspecify.annotations.NullMarked;
