package dev.penstock.onnx;

import ai.djl.MalformedModelException;
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
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;

/** An exported decoder in DJL's ONNX Runtime engine. */
final class LoadedDecoder implements AutoCloseable {

    private final DecoderShape shape;
    private final ZooModel<NDList, NDList> model;
    private final Predictor<NDList, NDList> predictor;
    private final NDManager manager;

    LoadedDecoder(Path directory, DecoderShape shape)
            throws IOException, ModelNotFoundException, MalformedModelException {
        this.shape = shape;
        model = Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optModelPath(directory.resolve("model.onnx"))
                .optEngine("OnnxRuntime")
                .optTranslator(new NoopTranslator(null))
                .build()
                .loadModel();
        predictor = model.newPredictor();
        manager = model.getNDManager().newSubManager();
    }

    /** Logits and the cache to go on from. */
    @SuppressWarnings("ArrayRecordComponent")
    record Step(float[] logits, List<NDArray> cache) {}

    List<NDArray> emptyCache(int batch) {
        List<NDArray> cache = new ArrayList<>();
        for (int i = 0; i < 2 * shape.layers(); i++) {
            cache.add(manager.create(new float[0], new Shape(batch, shape.keyValueHeads(), 0, shape.headSize())));
        }
        return cache;
    }

    Step step(long[][] ids, long[][] mask, long[][] positions, List<NDArray> cache) throws TranslateException {
        NDList inputs =
                new NDList(named("input_ids", ids), named("attention_mask", mask), named("position_ids", positions));
        for (int i = 0; i < cache.size(); i++) {
            NDArray past = cache.get(i);
            past.setName("past_key_values." + i / 2 + (i % 2 == 0 ? ".key" : ".value"));
            inputs.add(past);
        }
        NDList outputs = predictor.predict(inputs);
        outputs.attach(manager);
        return new Step(outputs.get(0).toFloatArray(), outputs.subList(1, outputs.size()));
    }

    private NDArray named(String name, long[][] rows) {
        long[] flat = Arrays.stream(rows).flatMapToLong(LongStream::of).toArray();
        NDArray array = manager.create(flat, new Shape(rows.length, rows[0].length));
        array.setName(name);
        return array;
    }

    @Override
    public void close() {
        manager.close();
        predictor.close();
        model.close();
    }
}
