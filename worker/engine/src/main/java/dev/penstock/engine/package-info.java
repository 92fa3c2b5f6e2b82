/**
 * The model runtime: opens model directories, says what they can do, runs them. A library without network or cluster.
 *
 * <p>{@link dev.penstock.engine.ModelDirectory} looks at a directory in the Hugging Face layout; {@code
 * dev.penstock.engine.language.LanguageModel} and {@code dev.penstock.engine.embedding.EmbeddingModel} load it.
 */
@NullMarked
package dev.penstock.engine;

import org.jspecify.annotations.NullMarked;
