package dev.penstock.cache.judge;

import dev.penstock.cache.wording.Wording;

/**
 * A pair of which it is known whether one answer serves both.
 *
 * @param cosine of their embeddings
 */
public record Example(Wording one, Wording other, double cosine, boolean serves) {}
