package dev.penstock.trainer;

import ai.djl.MalformedModelException;
import ai.djl.engine.Engine;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.training.GradientCollector;
import ai.djl.training.optimizer.AdamW;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.translate.TranslateException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.onnx.ByteLevelTokenizer;
import dev.penstock.onnx.DecoderShape;
import dev.penstock.onnx.DecoderShape.Mlp;
import dev.penstock.onnx.DecoderShape.Norm;
import dev.penstock.onnx.DecoderShape.Positions;
import dev.penstock.onnx.ModelDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the bundled language model: corpus, tokenizer, training, export, and an examination at the end. */
public final class Training {

    /** The examination's seed; any other draws other questions from the same held-out part. */
    public static final long EXAMINATION_SEED = 20;

    private static final Logger LOG = LoggerFactory.getLogger(Training.class);

    private static final long SEED = 11;
    private static final int VOCABULARY = 1536;
    private static final int CONTEXT = 512;
    private static final int TOKENIZER_DIALOGUES = 60_000;
    private static final int REPORT_EVERY = 50;
    private static final int EXPORT_EVERY = 500;
    private static final float PEAK_RATE = 2e-3f;
    private static final float WEIGHT_DECAY = 0.05f;
    private static final float MOST_GRADIENT = 1;
    private static final int WARM_UP = 100;
    private static final int MOST_SKIPPED = 20;

    private final Path directory;
    private final int steps;
    private final DecoderShape shape;
    private final ByteLevelTokenizer tokens;
    private int skipped;

    private Training(Path directory, int steps) {
        this.directory = directory;
        this.steps = steps;
        tokens = tokenizer();
        shape = shape();
    }

    /** The bundled model's shape: 1.9 million parameters. */
    static DecoderShape shape() {
        return new DecoderShape(
                VOCABULARY,
                192,
                4,
                6,
                2,
                32,
                512,
                CONTEXT,
                Norm.RMS,
                1e-5f,
                Positions.ROTARY,
                10_000f,
                Mlp.SWIGLU,
                true);
    }

    /**
     * Trains and writes a model.
     *
     * @param arguments the directory to write to, and the number of steps
     */
    public static void main(String[] arguments)
            throws IOException, ModelNotFoundException, MalformedModelException, TranslateException {
        if (arguments.length != 2) {
            throw new IllegalArgumentException(arguments.length + " arguments (expected: DIRECTORY STEPS)");
        }
        new Training(Path.of(arguments[0]), Integer.parseInt(arguments[1])).run();
    }

    private static ByteLevelTokenizer tokenizer() {
        BytePairs pairs = new BytePairs();
        Corpus corpus = new Corpus(new SplittableRandom(SEED));
        for (int i = 0; i < TOKENIZER_DIALOGUES; i++) {
            corpus.dialogue(4).spans().forEach(span -> pairs.read(span.text()));
        }
        return pairs.learn(VOCABULARY);
    }

    private void run() throws IOException, ModelNotFoundException, MalformedModelException, TranslateException {
        Files.createDirectories(directory);
        Path tokenizerFile = directory.resolve("tokenizer.json");
        Files.writeString(tokenizerFile, tokens.toJson(new ObjectMapper()).toString());
        LOG.info("{} parameters, {} tokens known, {} steps", shape.parameters(), tokens.size(), steps);
        Engine engine = Engine.getEngine("PyTorch");
        try (NDManager manager = engine.newBaseManager();
                HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.builder()
                        .optTokenizerPath(tokenizerFile)
                        .optTruncation(false)
                        .build()) {
            Network network = new Network(shape, manager, SEED);
            Packer packer =
                    new Packer(tokenizer, new Corpus(new SplittableRandom(SEED + 1)), new SplittableRandom(SEED + 2));
            Optimizer optimizer = AdamW.builder()
                    .optLearningRateTracker((parameter, step) -> rate(step))
                    .optWeightDecays(WEIGHT_DECAY)
                    .optBeta2(0.98f)
                    .build();
            train(network, packer, optimizer, engine, manager);
            export(network);
            examine();
        }
    }

    private void train(Network network, Packer packer, Optimizer optimizer, Engine engine, NDManager manager)
            throws IOException, ModelNotFoundException, MalformedModelException, TranslateException {
        long started = System.nanoTime();
        long seen = 0;
        double sum = 0;
        for (int step = 1; step <= steps; step++) {
            // Now and then rows are long: most of what there is to learn is short, and attention costs the square.
            Batch batch = step % 12 == 0 ? packer.longRows(2, CONTEXT) : packer.shortRows(6, 192);
            sum += step(network, batch, optimizer, engine, manager);
            seen += batch.ids().length;
            if (step % REPORT_EVERY == 0) {
                double seconds = (System.nanoTime() - started) / 1e9;
                LOG.info(
                        "step {}: loss {}, {} tokens/s, {} s",
                        step,
                        String.format("%.4f", sum / REPORT_EVERY),
                        Math.round(seen / seconds),
                        Math.round(seconds));
                sum = 0;
            }
            if (step % EXPORT_EVERY == 0 && step < steps) {
                export(network);
                examine();
            }
        }
        LOG.info("{} tokens in {}", seen, Duration.ofNanos(System.nanoTime() - started));
    }

    private float step(Network network, Batch batch, Optimizer optimizer, Engine engine, NDManager manager) {
        try (NDManager step = manager.newSubManager()) {
            float loss;
            try (GradientCollector collector = engine.newGradientCollector()) {
                NDArray computed = network.loss(batch, step);
                collector.backward(computed);
                loss = computed.getFloat();
            }
            List<NDArray> gradients = new ArrayList<>();
            double squares = 0;
            for (NDArray parameter : network.parameters().values()) {
                NDArray gradient = parameter.getGradient();
                gradient.attach(step);
                gradients.add(gradient);
                squares += gradient.square().sum().getFloat();
            }
            if (Double.isFinite(squares)) {
                update(network, gradients, optimizer, (float) Math.min(1, MOST_GRADIENT / Math.sqrt(squares)));
            } else {
                skip(network, loss);
            }
            return loss;
        }
    }

    private static void update(Network network, List<NDArray> gradients, Optimizer optimizer, float scale) {
        int index = 0;
        for (Map.Entry<String, NDArray> parameter : network.parameters().entrySet()) {
            NDArray gradient = gradients.get(index++);
            optimizer.update(parameter.getKey(), parameter.getValue(), gradient.muli(scale));
            gradient.subi(gradient);
        }
    }

    /** A step that overflowed teaches nothing, and one applied would be the end of the weights. */
    private void skip(Network network, float loss) {
        if (++skipped > MOST_SKIPPED || !Float.isFinite(loss)) {
            throw new IllegalStateException("loss " + loss + ": the gradient is not finite, " + skipped + " times");
        }
        LOG.warn("loss {}: the gradient is not finite; this step is left out", loss);
        network.dropGradients();
    }

    /** Linear warm-up, then half a cosine down to a twentieth. */
    private float rate(int step) {
        if (step < WARM_UP) {
            return PEAK_RATE * (step + 1) / WARM_UP;
        }
        double progress = (double) (step - WARM_UP) / Math.max(1, steps - WARM_UP);
        return (float) (PEAK_RATE * (0.05 + 0.475 * (1 + Math.cos(Math.PI * progress))));
    }

    private void export(Network network) throws IOException {
        ModelDirectory.write(directory, shape, network.weights(), tokens);
    }

    private void examine() throws IOException, ModelNotFoundException, MalformedModelException, TranslateException {
        List<Question> questions = Examination.draw(EXAMINATION_SEED).questions();
        try (GreedyAnswers answers = new GreedyAnswers(directory, shape)) {
            List<String> given =
                    answers.answer(questions.stream().map(Question::text).toList(), 200);
            int right = 0;
            for (int i = 0; i < questions.size(); i++) {
                Question question = questions.get(i);
                if (question.check().accepts(given.get(i))) {
                    right++;
                } else {
                    LOG.info("wrong: {}: \"{}\" -> \"{}\"", question.topic(), question.text(), given.get(i));
                }
            }
            LOG.info("examination: {} of {} right", right, questions.size());
        }
    }
}
