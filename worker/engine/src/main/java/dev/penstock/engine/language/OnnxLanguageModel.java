package dev.penstock.engine.language;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.engine.Capability;
import dev.penstock.engine.ContextLengthException;
import dev.penstock.engine.EngineLoad;
import dev.penstock.engine.InvalidRequestException;
import dev.penstock.engine.ModelDescription;
import dev.penstock.engine.ModelDirectory;
import dev.penstock.engine.ModelKind;
import dev.penstock.engine.ModelLoadException;
import dev.penstock.engine.UnsupportedRequestException;
import dev.penstock.engine.tensor.GraphSignature;
import dev.penstock.engine.tokenizer.TokenTable;
import dev.penstock.engine.tokenizer.Tokenizer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A language model in ONNX: checks and tokenizes requests, and hands them to its decode loop. */
final class OnnxLanguageModel implements LanguageModel {
    private static final Logger LOG = LoggerFactory.getLogger(OnnxLanguageModel.class);

    private final ModelDescription description;
    private final ModelSettings settings;
    private final PromptEncoder encoder;
    private final Tokenizer tokenizer;
    private final TokenTable table;
    private final Sampler.Scratch scratch;
    private final LongSupplier seeds;
    private final DecodeLoop loop;

    private OnnxLanguageModel(
            ModelDescription description,
            ModelSettings settings,
            Tokenizer tokenizer,
            TokenTable table,
            Optional<ChatTemplate> template,
            OnnxDecoder decoder,
            LanguageOptions options,
            LongSupplier seeds) {
        this.description = description;
        this.settings = settings;
        this.tokenizer = tokenizer;
        this.table = table;
        this.encoder = new PromptEncoder(tokenizer, table, template, settings, description);
        this.scratch = new Sampler.Scratch(description.vocabularySize());
        this.seeds = seeds;
        this.loop = new DecodeLoop(
                description.revision(), decoder, options, new LogprobReader(table), this::sequences, System::nanoTime);
    }

    static LanguageModel open(ModelDirectory directory, LanguageOptions options) {
        SplittableRandom random = new SplittableRandom();
        return open(directory, options, Clock.systemUTC(), () -> {
            synchronized (random) {
                return random.nextLong();
            }
        });
    }

    static LanguageModel open(ModelDirectory directory, LanguageOptions options, Clock clock, LongSupplier seeds) {
        if (directory.kind() != ModelKind.LANGUAGE) {
            throw new ModelLoadException(directory.path(), "an embedding model (expected: a language model)");
        }
        TokenTable table = TokenTable.read(directory);
        ModelSettings settings = ModelSettings.read(directory, table);
        Optional<ChatTemplate> template = settings.chatTemplate()
                .map(text -> new ChatTemplate(text, settings.tokenNames(), clock, System::nanoTime))
                .filter(renderer -> works(renderer, directory));
        Tokenizer tokenizer = Tokenizer.load(directory);
        try {
            OnnxDecoder decoder = OnnxDecoder.load(directory.modelFile(), options.runtime());
            ModelDescription description =
                    describe(directory, options, settings, decoder.signature(), decoder, template.isPresent());
            OnnxLanguageModel model = new OnnxLanguageModel(
                    description,
                    settings.within(decoder.vocabularySize()),
                    tokenizer,
                    table,
                    template,
                    decoder,
                    options,
                    seeds);
            model.loop.start();
            return model;
        } catch (RuntimeException e) {
            tokenizer.close();
            throw e;
        }
    }

    /** What cannot be rendered is told when the model is loaded, not to everyone who asks. */
    private static boolean works(ChatTemplate template, ModelDirectory directory) {
        Optional<String> defect = template.defect();
        defect.ifPresent(why -> LOG.warn(
                "{}: the chat template cannot be used, so the model does not chat: {}", directory.path(), why));
        return defect.isEmpty();
    }

    private static ModelDescription describe(
            ModelDirectory directory,
            LanguageOptions options,
            ModelSettings settings,
            GraphSignature signature,
            OnnxDecoder decoder,
            boolean chats) {
        int contextLength = Math.min(settings.contextLength(), options.cachedTokensLimit());
        if (options.contextLength() > 0) {
            contextLength = Math.min(contextLength, options.contextLength());
        }
        Set<Capability> capabilities = EnumSet.of(
                Capability.COMPLETION,
                Capability.STREAMING,
                Capability.SEED,
                Capability.LOGPROBS,
                Capability.LOGIT_BIAS,
                Capability.ECHO);
        if (chats) {
            capabilities.add(Capability.CHAT);
        }
        JsonNode config = directory.config();
        return new ModelDescription(
                ModelKind.LANGUAGE,
                config.path("model_type").asText("unknown"),
                directory.revision(),
                directory.tokenizerId(),
                signature.parameterCount(),
                contextLength,
                decoder.vocabularySize(),
                0,
                signature.weightType(),
                capabilities);
    }

    @Override
    public ModelDescription description() {
        return description;
    }

    @Override
    public EngineLoad load() {
        return loop.load();
    }

    @Override
    public boolean alive() {
        return loop.alive();
    }

    @Override
    public Sampling defaultSampling() {
        return settings.sampling();
    }

    @Override
    public Generation generate(GenerationRequest request, GenerationListener listener) {
        check(request);
        int[] prompt = encoder.encode(request.prompt());
        int maxTokens = request.stop().maxTokens().orElse(0);
        int needed = request.stop().maxTokens().orElse(1);
        if ((long) prompt.length + needed > description.contextLength()) {
            throw new ContextLengthException(prompt.length, maxTokens, description.contextLength());
        }
        String text = request.echo() ? encoder.text(request.prompt()) : "";
        return loop.submit(request, prompt, text, listener);
    }

    private void check(GenerationRequest request) {
        int size = description.vocabularySize();
        request.sampling().logitBias().keySet().forEach(id -> checkToken("logit_bias", id, size));
        request.stop().tokenIds().forEach(id -> checkToken("stop_token_ids", id, size));
        if (request.stop().minTokens() > 0 && endTokens(request.stop()).size() >= size) {
            throw new InvalidRequestException(
                    "stop_token_ids", "every token ends the text (expected: at least one that may be chosen first)");
        }
        int limit = loop.runningLimit();
        if (request.sequences() > limit) {
            throw new InvalidRequestException(
                    "n", request.sequences() + " (expected: at most " + limit + ", the places of this worker)");
        }
    }

    static void checkToken(String parameter, int id, int vocabularySize) {
        if (id < 0 || id >= vocabularySize) {
            throw new InvalidRequestException(
                    parameter, id + " (expected: a token id from 0 to " + (vocabularySize - 1) + ")");
        }
    }

    private Set<Integer> endTokens(StopRules stop) {
        Set<Integer> endTokens = new HashSet<>(stop.tokenIds());
        if (!stop.ignoreEos()) {
            endTokens.addAll(settings.endTokens());
        }
        return endTokens;
    }

    /** Makes the sequences of a generation; on the decode thread, whose scratch space they share. */
    private List<ActiveSequence> sequences(ActiveGeneration generation) {
        GenerationRequest request = generation.request();
        StopRules stop = request.stop();
        Set<Integer> endTokens = endTokens(stop);
        int[] prompt = generation.prompt();
        int room = description.contextLength() - prompt.length;
        int maxTokens = stop.maxTokens().orElse(room);
        long seed = request.sampling().seed().orElseGet(seeds);
        List<ActiveSequence> sequences = new ArrayList<>();
        for (int i = 0; i < request.sequences(); i++) {
            Sampler sampler = new Sampler(request.sampling(), seed + i, prompt, scratch);
            Completion completion =
                    new Completion(i, stop, maxTokens, Set.copyOf(endTokens), table, generation::onToken);
            sequences.add(new ActiveSequence(generation, i, sampler, completion, prompt));
        }
        return sequences;
    }

    @Override
    public String render(Prompt.Chat conversation) {
        return encoder.render(conversation);
    }

    @Override
    public List<Integer> tokenize(Prompt prompt) {
        return Arrays.stream(encoder.encode(prompt)).boxed().toList();
    }

    @Override
    public int countTokens(Prompt prompt) {
        return encoder.encode(prompt).length;
    }

    @Override
    public String detokenize(List<Integer> ids) {
        return table.text(ids);
    }

    @Override
    public void close() {
        loop.close();
        tokenizer.close();
    }

    static UnsupportedRequestException cannotChat() {
        return new UnsupportedRequestException(Capability.CHAT, "messages");
    }
}
