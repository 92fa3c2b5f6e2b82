package dev.penstock.worker.config;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Range;
import java.nio.file.Path;
import java.util.Optional;

/** One model that the worker loads and runs. */
@Doc("One model that the worker loads and runs.")
public record ModelConfig(
        @Doc(
                "The model's directory in the Hugging Face layout: `config.json`, `tokenizer.json` and an ONNX file. Whether"
                        + " it is a language or an embedding model is read from its files.")
        @Example("models/penstock-mini")
        Path path,

        @Doc("The name that clients ask for; the name of the directory where it is left out. Slashes are allowed.")
        @Example("penstock-mini")
        Optional<String> name,

        @Doc("How many sequences (or, for embedding models, texts) run in one batch.")
        @Default("16")
        @Range(min = "1", max = "1024")
        int maxBatch,

        @Doc("How many sequences may wait for a place in the batch; one more is answered 503. Keep it shallow: requests"
                + " wait better at the gateway, where they can still go elsewhere.")
        @Default("16")
        @Range(min = "0", max = "65536")
        int queue,

        @Doc("How many texts may wait for an embedding model; one request may bring up to 2048.")
        @Default("4096")
        @Range(min = "1", max = "1048576")
        int embeddingQueue,

        @Doc("The longest sequence, prompt and completion together; what the model's own config says where it is left"
                + " out.")
        @Example("2048")
        @Range(min = "1", max = "16777216")
        Optional<Integer> contextTokens,

        @Doc("How many tokens of all running sequences together may be kept in the key and value cache.")
        @Default("32768")
        @Range(min = "1", max = "1073741824")
        int cachedTokens,

        @Doc("How many prompt tokens are computed between two steps of the running batch.")
        @Default("256")
        @Range(min = "1", max = "1048576")
        int prefillTokens,

        @Doc("How many threads share one operator. Small models are fastest with 1 or 2.")
        @Default("1")
        @Range(min = "1", max = "512")
        int threads,

        @Doc("What the model runs on; `cuda` needs the CUDA build of ONNX Runtime on the class path.") @Default("cpu")
        Device device,

        @Doc("What the worker charges for this model.") Optional<PriceConfig> price,

        @Doc("How long it takes, as far as is known.") Optional<RatesConfig> rates) {

    /** What a model runs on. */
    public enum Device {
        /** The processor. */
        CPU,
        /** The first NVIDIA GPU. */
        CUDA
    }

    private static final int NAME_LIMIT = 256;

    public ModelConfig {
        name.ifPresent(ModelConfig::requireName);
        if (rates.flatMap(RatesConfig::coldAfter).isPresent()) {
            throw new IllegalArgumentException(
                    "rates: cold-after given (expected: none, since the worker keeps its models loaded)");
        }
    }

    static void requireName(String name) {
        if (name.isBlank()
                || name.length() > NAME_LIMIT
                || !name.equals(name.strip())
                || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("name: \"" + name.strip() + "\" (expected: 1 to " + NAME_LIMIT
                    + " characters, no control characters, no surrounding blanks)");
        }
    }

    /** The name that clients ask for. */
    public String servedName() {
        return name.orElseGet(() -> String.valueOf(path.getFileName()));
    }
}
