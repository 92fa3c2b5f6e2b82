package dev.penstock.engine.tensor;

import ai.djl.Device;
import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.training.ParameterStore;
import dev.penstock.engine.Accelerator;
import dev.penstock.engine.ModelLoadException;
import dev.penstock.engine.RuntimeOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A loaded ONNX model. Not for more than one thread at a time.
 *
 * <p>DJL's block is called directly: a {@code Predictor} would close the outputs that go back in as inputs.
 */
public final class OnnxSession implements AutoCloseable {
    private final Model model;
    private final GraphSignature signature;

    private OnnxSession(Model model, GraphSignature signature) {
        this.model = model;
        this.signature = signature;
    }

    /**
     * Loads an ONNX file.
     *
     * @throws ModelLoadException where ONNX Runtime refuses it, or has no such device
     */
    public static OnnxSession load(Path file, RuntimeOptions options) {
        GraphSignature signature = GraphSignature.read(file);
        Device device = options.accelerator() == Accelerator.CPU ? Device.cpu() : Device.gpu();
        Model model =
                Engine.getEngine("OnnxRuntime").newModel(file.getFileName().toString(), device);
        Map<String, String> values = new HashMap<>();
        values.put("intraOpNumThreads", Integer.toString(options.intraOpThreads()));
        values.put("interOpNumThreads", Integer.toString(options.interOpThreads()));
        // A plan is kept for every shape of the inputs that ever comes, and here nearly every run brings a new one.
        values.put("memoryPatternOptimization", "false");
        try {
            model.load(file.getParent(), file.getFileName().toString(), values);
            return new OnnxSession(model, signature);
        } catch (MalformedModelException | IOException | EngineException | IllegalArgumentException e) {
            model.close();
            throw new ModelLoadException(file, problem(options, e), e);
        }
    }

    private static String problem(RuntimeOptions options, Exception failure) {
        String reason = failure.getCause() == null
                ? failure.getMessage()
                : failure.getCause().getMessage();
        if (options.accelerator() == Accelerator.CUDA) {
            return "cannot be loaded on the GPU (expected: com.microsoft.onnxruntime:onnxruntime_gpu on the class path"
                    + " in place of onnxruntime, and the CUDA and cuDNN libraries it names): " + reason;
        }
        return "cannot be loaded: " + reason;
    }

    /** What the model takes and gives. */
    public GraphSignature signature() {
        return signature;
    }

    /** A manager for the inputs, and then the outputs, of a run; close it when both are of no more use. */
    public NDManager newManager() {
        return model.getNDManager().newSubManager();
    }

    /**
     * Runs the model. Outputs belong to the manager of the first input.
     *
     * @param inputs all inputs of the graph, named
     */
    public NDList run(NDList inputs) {
        return model.getBlock().forward(new ParameterStore(), inputs, false);
    }

    /** The DJL type of an ONNX element type. */
    public static DataType dataType(String elementType) {
        return DataType.valueOf(elementType.toUpperCase(Locale.ROOT));
    }

    /** The output of this name. */
    public static NDArray named(NDList arrays, String name) {
        for (NDArray array : arrays) {
            if (name.equals(array.getName())) {
                return array;
            }
        }
        throw new IllegalArgumentException(name + ": not among the outputs");
    }

    @Override
    public void close() {
        model.close();
    }
}
