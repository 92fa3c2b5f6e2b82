package dev.penstock.engine.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.engine.Capability;
import dev.penstock.engine.InvalidRequestException;
import dev.penstock.engine.ModelDirectory;
import dev.penstock.engine.UnsupportedRequestException;
import dev.penstock.onnx.RandomModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories whose files do not agree with each other, as they are found in the wild. */
final class LanguageModelFilesTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Sampling PENALIZED =
            new Sampling.Builder().temperature(0).frequencyPenalty(1).build();
    private static final Prompt.Chat CHAT = new Prompt.Chat(List.of(new ChatMessage("user", "Hello")));

    @TempDir
    private Path directory;

    @BeforeEach
    void write() throws IOException {
        RandomModel.write(directory, RandomModel.gpt(), 3);
    }

    private void edit(String file, Consumer<ObjectNode> change) throws IOException {
        ObjectNode content = (ObjectNode) JSON.readTree(Files.readAllBytes(directory.resolve(file)));
        change.accept(content);
        Files.writeString(directory.resolve(file), content.toString());
    }

    private LanguageModel load() {
        return LanguageModel.load(ModelDirectory.open(directory), LanguageOptions.defaults());
    }

    /** A special token that was added to the tokenizer and never trained has no logit. */
    @Test
    void tokensBeyondTheVocabularyAreRefusedAndHarmNobody() throws IOException {
        edit("tokenizer.json", root -> {
            ObjectNode added = root.withArray("added_tokens").addObject();
            added.setAll((ObjectNode) root.withArray("added_tokens").get(0));
            added.put("id", 259).put("content", "<|added|>");
        });
        edit("tokenizer_config.json", root -> root.put("chat_template", "{{ messages[0].content }}{{ '<|added|>' }}"));
        try (LanguageModel model = load()) {
            assertRefused("prompt", model, new Prompt.Text("say <|added|>"));
            assertRefused("messages", model, CHAT);
            Recorder next = new Recorder();
            model.generate(new GenerationRequest(new Prompt.Text("say"), PENALIZED, StopRules.after(3)), next);
            assertEquals(FinishReason.LENGTH, next.reason());
            assertTrue(model.alive());
        }
    }

    private static void assertRefused(String parameter, LanguageModel model, Prompt prompt) {
        GenerationRequest request = new GenerationRequest(prompt, PENALIZED, StopRules.after(3));
        InvalidRequestException error =
                assertThrows(InvalidRequestException.class, () -> model.generate(request, new Recorder()));
        assertEquals(parameter, error.parameter());
        assertTrue(error.toString().contains("259 (expected: "), error::toString);
    }

    @Test
    void endTokensBeyondTheVocabularyAreDropped() throws IOException {
        edit(
                "generation_config.json",
                root -> root.withArray("eos_token_id").add(5000).add(-1));
        try (LanguageModel model = load()) {
            StopRules rules = new StopRules(OptionalInt.of(4), 4, List.of(), Set.of(), false);
            Recorder recorder = new Recorder();
            model.generate(new GenerationRequest(new Prompt.Text("a"), Sampling.greedy(), rules), recorder);
            assertEquals(FinishReason.LENGTH, recorder.reason());
            assertEquals(4, recorder.ids().size());
        }
    }

    @Test
    void anEmptyTextDoesNotBeginWithATokenBeyondTheVocabulary() throws IOException {
        edit("config.json", root -> root.put("bos_token_id", 259));
        try (LanguageModel model = load()) {
            assertThrows(InvalidRequestException.class, () -> model.tokenize(new Prompt.Text("")));
        }
    }

    @Test
    void aTemplateOfNoUseMeansNoChat() throws IOException {
        edit("tokenizer_config.json", root -> root.put("chat_template", "{% unheard_of %}"));
        try (LanguageModel model = load()) {
            assertFalse(model.description().can(Capability.CHAT));
            assertTrue(model.description().can(Capability.COMPLETION));
            GenerationRequest request = new GenerationRequest(CHAT, Sampling.greedy(), StopRules.after(1));
            assertThrows(UnsupportedRequestException.class, () -> model.generate(request, new Recorder()));
        }
    }

    @Test
    void aClosedModelIsNotAlive() {
        LanguageModel model = load();
        assertTrue(model.alive());
        model.close();
        assertFalse(model.alive());
    }
}
