package dev.penstock.deploy;

import dev.penstock.cache.eval.Evaluation;
import dev.penstock.cache.eval.Pair;
import dev.penstock.cache.eval.PairsFile;
import dev.penstock.cache.judge.Example;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Labelled pairs, read and embedded. */
final class PairsInput {
    private PairsInput() {}

    static List<Example> examples(Path file, EmbeddingModelOption model, PrintWriter err) {
        List<Pair> pairs = read(file);
        Map<String, float[]> vectors = model.vectors(
                pairs.stream().flatMap(pair -> Stream.of(pair.a(), pair.b())).toList(), err);
        return Evaluation.examples(pairs, vectors::get);
    }

    private static List<Pair> read(Path file) {
        try {
            List<Pair> pairs = PairsFile.read(file);
            if (pairs.isEmpty()) {
                throw CommandFailedException.usage(file + ": no pairs (expected: a line for each)");
            }
            return pairs;
        } catch (IOException unreadable) {
            throw CommandFailedException.usage(file + ": cannot be read: " + unreadable);
        } catch (IllegalArgumentException refused) {
            throw CommandFailedException.usage(file + ": " + refused.getMessage());
        }
    }
}
