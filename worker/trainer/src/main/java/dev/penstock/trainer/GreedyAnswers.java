package dev.penstock.trainer;

import ai.djl.MalformedModelException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoopTranslator;
import ai.djl.translate.TranslateException;
import dev.penstock.onnx.ByteLevelTokenizer;
import dev.penstock.onnx.DecoderShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Asks an exported model at temperature 0, many questions at once. For judging a model while it is made. */
final class GreedyAnswers implements AutoCloseable {

    private static final long STOP = ByteLevelTokenizer.CHAT_SPECIALS.indexOf(ByteLevelTokenizer.TURN_END);

    private final DecoderShape shape;
    private final HuggingFaceTokenizer tokenizer;
    private final ZooModel<NDList, NDList> model;
    private final Predictor<NDList, NDList> predictor;

    GreedyAnswers(Path directory, DecoderShape shape)
            throws IOException, ModelNotFoundException, MalformedModelException {
        this.shape = shape;
        tokenizer = HuggingFaceTokenizer.builder()
                .optTokenizerPath(directory.resolve("tokenizer.json"))
                .build();
        model = Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optModelPath(directory.resolve("model.onnx"))
                .optEngine("OnnxRuntime")
                .optTranslator(new NoopTranslator(null))
                .build()
                .loadModel();
        predictor = model.newPredictor();
    }

    /** The answers in the order of the questions, each of at most {@code mostTokens} tokens. */
    List<String> answer(List<String> questions, int mostTokens) throws TranslateException {
        long[][] prompts = questions.stream()
                .map(q -> tokenizer.encode(Dialogue.prompt(q), false, false).getIds())
                .toArray(long[][]::new);
        int rows = prompts.length;
        int length = Arrays.stream(prompts).mapToInt(p -> p.length).max().orElse(0);
        long[] ids = new long[rows * length];
        long[] positions = new long[rows * length];
        long[] mask = new long[rows * (length + mostTokens)];
        Arrays.fill(mask, 1);
        for (int row = 0; row < rows; row++) {
            int padding = length - prompts[row].length;
            System.arraycopy(prompts[row], 0, ids, row * length + padding, prompts[row].length);
            Arrays.setAll(prompts[row], i -> i);
            System.arraycopy(prompts[row], 0, positions, row * length + padding, prompts[row].length);
            Arrays.fill(mask, row * (length + mostTokens), row * (length + mostTokens) + padding, 0);
        }
        return decode(rows, length, mostTokens, ids, positions, mask);
    }

    private List<String> decode(int rows, int length, int mostTokens, long[] ids, long[] positions, long[] mask)
            throws TranslateException {
        List<List<Long>> written = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            written.add(new ArrayList<>());
        }
        boolean[] ended = new boolean[rows];
        int total = length;
        NDManager before = model.getNDManager().newSubManager();
        NDList cache = emptyCache(rows, before);
        long[] next = ids;
        long[] at = positions;
        for (int step = 0; step < mostTokens && !all(ended); step++) {
            NDManager now = model.getNDManager().newSubManager();
            NDList inputs = new NDList(
                    named(now, "input_ids", next, rows),
                    named(now, "attention_mask", columns(mask, rows, total), rows),
                    named(now, "position_ids", at, rows));
            inputs.addAll(cache);
            NDList outputs = predictor.predict(inputs);
            outputs.attach(now);
            long[] chosen = argMax(outputs.get(0), rows);
            for (int row = 0; row < rows; row++) {
                ended[row] |= chosen[row] == STOP;
                if (!ended[row]) {
                    written.get(row).add(chosen[row]);
                }
            }
            at = following(at, rows);
            next = chosen;
            cache = renamed(outputs.subNDList(1));
            before.close();
            before = now;
            total++;
        }
        before.close();
        return written.stream()
                .map(row ->
                        tokenizer.decode(row.stream().mapToLong(Long::longValue).toArray(), true))
                .toList();
    }

    private NDList emptyCache(int rows, NDManager manager) {
        NDList cache = new NDList();
        for (int i = 0; i < 2 * shape.layers(); i++) {
            cache.add(manager.create(new float[0], new Shape(rows, shape.keyValueHeads(), 0, shape.headSize())));
        }
        return renamed(cache);
    }

    private static NDList renamed(NDList cache) {
        for (int i = 0; i < cache.size(); i++) {
            cache.get(i).setName("past_key_values." + i / 2 + (i % 2 == 0 ? ".key" : ".value"));
        }
        return cache;
    }

    private static NDArray named(NDManager manager, String name, long[] values, int rows) {
        NDArray array = manager.create(values, new Shape(rows, values.length / rows));
        array.setName(name);
        return array;
    }

    private static long[] columns(long[] mask, int rows, int count) {
        long[] cut = new long[rows * count];
        for (int row = 0; row < rows; row++) {
            System.arraycopy(mask, row * (mask.length / rows), cut, row * count, count);
        }
        return cut;
    }

    private static long[] following(long[] positions, int rows) {
        int length = positions.length / rows;
        long[] next = new long[rows];
        Arrays.setAll(next, row -> positions[(row + 1) * length - 1] + 1);
        return next;
    }

    private static long[] argMax(NDArray logits, int rows) {
        float[] values = logits.toFloatArray();
        int vocabulary = (int) logits.getShape().get(2);
        int row = values.length / rows;
        long[] best = new long[rows];
        for (int i = 0; i < rows; i++) {
            int start = (i + 1) * row - vocabulary;
            int top = 0;
            for (int id = 1; id < vocabulary; id++) {
                top = values[start + id] > values[start + top] ? id : top;
            }
            best[i] = top;
        }
        return best;
    }

    private static boolean all(boolean[] flags) {
        for (boolean flag : flags) {
            if (!flag) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() {
        predictor.close();
        model.close();
        tokenizer.close();
    }
}
