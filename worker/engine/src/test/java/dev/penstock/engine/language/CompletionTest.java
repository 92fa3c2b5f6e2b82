package dev.penstock.engine.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.engine.ModelDirectory;
import dev.penstock.engine.tokenizer.TokenTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CompletionTest {
    private static final int END = 0;
    private static final int SPECIAL = 1;

    @TempDir
    private Path directory;

    private final List<TokenEvent> events = new ArrayList<>();

    @BeforeEach
    void clear() {
        events.clear();
    }

    /** A SentencePiece table: the end, another special token, then these pieces. */
    private TokenTable table(String... pieces) throws IOException {
        JsonMapper json = new JsonMapper();
        ObjectNode root = json.createObjectNode();
        root.putObject("decoder")
                .put("type", "Sequence")
                .putArray("decoders")
                .addObject()
                .put("type", "ByteFallback");
        ObjectNode vocabulary = root.putObject("model").putObject("vocab");
        for (String special : List.of("</s>", "<|tool|>")) {
            int id = vocabulary.size();
            vocabulary.put(special, id);
            root.withArray("added_tokens")
                    .addObject()
                    .put("id", id)
                    .put("content", special)
                    .put("special", true);
        }
        for (String piece : pieces) {
            vocabulary.put(piece, vocabulary.size());
        }
        Files.writeString(directory.resolve("tokenizer.json"), root.toString());
        Files.writeString(directory.resolve("config.json"), "{\"architectures\":[\"XForCausalLM\"]}");
        Files.writeString(directory.resolve("model.onnx"), "");
        return TokenTable.read(ModelDirectory.open(directory));
    }

    private Completion completion(TokenTable table, StopRules rules) {
        return new Completion(0, rules, rules.maxTokens().orElse(100), Set.of(END), table, events::add);
    }

    private static StopRules stopAt(String... strings) {
        return StopRules.atEnd().withStrings(strings);
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        events.forEach(event -> text.append(event.text()));
        return text.toString();
    }

    @Test
    void textComesAsItIsGenerated() throws IOException {
        Completion completion = completion(table("\u2581The", "\u2581end"), StopRules.atEnd());
        assertEquals(Optional.empty(), completion.accept(2, null));
        assertEquals(Optional.empty(), completion.accept(3, null));
        assertEquals(Optional.of(FinishReason.STOP), completion.accept(END, null));
        assertEquals(
                List.of(" The", " end"), events.stream().map(TokenEvent::text).toList());
        assertEquals(3, completion.end(FinishReason.STOP).completionTokens());
    }

    @Test
    void aStopStringMaySpanTokens() throws IOException {
        Completion completion = completion(table("ab", "c\n", "\nUs", "er:"), stopAt("\n\nUser:"));
        completion.accept(2, null);
        completion.accept(3, null);
        assertEquals("abc", text(), "what may be the beginning of a stop string is held back");
        completion.accept(4, null);
        assertEquals("abc", text());
        assertEquals(Optional.of(FinishReason.STOP), completion.accept(5, null));
        assertEquals("abc", text());
        assertEquals(Optional.of("\n\nUser:"), completion.end(FinishReason.STOP).stopString());
    }

    @Test
    void whatWasHeldBackIsShownWhenItIsNoStopString() throws IOException {
        Completion completion = completion(table("a", "<", "b", "<e"), stopAt("<end>"));
        for (int id : new int[] {2, 3, 4, 5}) {
            completion.accept(id, null);
        }
        assertEquals("a<b", text());
        completion.accept(END, null);
        assertEquals("a<b<e", text());
        assertEquals(
                List.of(2, 3, 4, 5),
                events.stream().flatMap(event -> event.tokenIds().stream()).toList());
    }

    @Test
    void theFirstOfSeveralStopStringsCounts() throws IOException {
        Completion completion = completion(table("one two three"), stopAt("three", "two"));
        assertEquals(Optional.of(FinishReason.STOP), completion.accept(2, null));
        assertEquals("one ", text());
    }

    @Test
    void overlappingBeginningsAreFound() throws IOException {
        Completion completion = completion(table("a", "b"), stopAt("aab"));
        for (int id : new int[] {2, 2, 2}) {
            assertEquals(Optional.empty(), completion.accept(id, null));
        }
        assertEquals("a", text());
        assertEquals(Optional.of(FinishReason.STOP), completion.accept(3, null));
        assertEquals("a", text());
    }

    @Test
    void charactersThatSpanTokensComeWhole() throws IOException {
        Completion completion = completion(table("<0xE4>", "<0xBD>", "<0xA0>", "x"), StopRules.atEnd());
        completion.accept(2, null);
        completion.accept(3, null);
        assertTrue(events.isEmpty());
        completion.accept(4, null);
        assertEquals(1, events.size());
        assertEquals("\u4f60", text());
        assertEquals(List.of(2, 3, 4), events.getFirst().tokenIds());
    }

    @Test
    void theRestOfACharacterCutByTheLimitIsLeftOut() throws IOException {
        StopRules rules = StopRules.after(2);
        Completion completion = completion(table("<0xE4>", "<0xBD>", "a"), rules);
        completion.accept(4, null);
        assertEquals(Optional.of(FinishReason.LENGTH), completion.accept(2, null));
        assertEquals("a", text());
        assertEquals(
                List.of(4, 2),
                events.stream().flatMap(event -> event.tokenIds().stream()).toList());
    }

    @Test
    void specialTokensHaveNoText() throws IOException {
        Completion completion = completion(table("a"), StopRules.atEnd());
        completion.accept(SPECIAL, null);
        completion.accept(2, null);
        assertEquals("a", text());
        assertEquals(List.of(SPECIAL, 2), events.getFirst().tokenIds());
    }

    private static TokenLogprob logprob(TokenTable table, int id) {
        return new TokenLogprob(new TokenText(id, table.bytes(id)), OptionalDouble.of(-1), List.of());
    }

    private List<Integer> textLengths() {
        return events.stream()
                .flatMap(event -> event.logprobs().stream())
                .map(TokenLogprob::textLength)
                .toList();
    }

    /** A special token adds no text, a character beyond the basic plane one, and one that spans tokens with its last. */
    @Test
    void tokensTellHowMuchTextTheyAdd() throws IOException {
        TokenTable table = table("\u2581ab", "\uD83D\uDE42", "<0xE4>", "<0xBD>", "<0xA0>");
        Completion completion = completion(table, StopRules.after(8));
        for (int id : new int[] {2, SPECIAL, 3, 4, 5, 6, 4, 2}) {
            completion.accept(id, logprob(table, id));
        }
        assertEquals(" ab\uD83D\uDE42\u4f60\uFFFD ab", text());
        assertEquals(List.of(3, 0, 1, 0, 0, 1, 0, 4), textLengths());
        assertEquals(8, logprob(table, SPECIAL).textLength(), "the name, where nothing else is known");
    }

    /** The echo is the text as it was given: no space that SentencePiece adds, and special tokens where spelled out. */
    @Test
    void tokensOfAnEchoTellHowMuchOfItsTextIsTheirs() throws IOException {
        TokenTable table = table("\u2581The", "\u2581end", "\u4f60", "<0xC3>", "<0xA9>");
        List<TokenLogprob> entries = IntStream.of(SPECIAL, 2, 3, SPECIAL, 4, 5, 6)
                .mapToObj(id -> logprob(table, id))
                .toList();
        List<Integer> lengths = EchoedText.measure(table, "The end<|tool|>\u4f60\u00e9", entries).stream()
                .map(TokenLogprob::textLength)
                .toList();
        assertEquals(List.of(0, 3, 4, 8, 1, 0, 1), lengths);
    }

    @Test
    void stopStringsWaitForTheLeastTokens() throws IOException {
        StopRules rules = new StopRules(OptionalInt.empty(), 2, List.of("a"), Set.of(), false);
        Completion completion = completion(table("a"), rules);
        assertEquals(Set.of(END), completion.banned());
        assertEquals(Optional.empty(), completion.accept(2, null));
        assertEquals(Optional.of(FinishReason.STOP), completion.accept(2, null));
        assertEquals(Set.of(), completion.banned());
        assertEquals("a", text());
    }
}
