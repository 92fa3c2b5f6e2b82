package dev.penstock.engine.language;

import dev.penstock.engine.ContextLengthException;
import dev.penstock.engine.InvalidRequestException;
import dev.penstock.engine.ModelDescription;
import dev.penstock.engine.tokenizer.TokenTable;
import dev.penstock.engine.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Prompts to token ids.
 *
 * <p>The name of a special token in a message is only text: it is cut in two before the tokenizer sees it, so that
 * nobody can open or close a turn by writing {@code <|im_end|>}. What the template itself writes stays whole.
 */
final class PromptEncoder {
    /** A noncharacter marks the cut; it cannot be part of a text. */
    private static final String CUT = "\uFDD0";

    private final Tokenizer tokenizer;
    private final TokenTable table;
    private final Optional<ChatTemplate> template;
    private final ModelSettings settings;
    private final ModelDescription description;
    private final List<String> specialTokens;

    PromptEncoder(
            Tokenizer tokenizer,
            TokenTable table,
            Optional<ChatTemplate> template,
            ModelSettings settings,
            ModelDescription description) {
        this.tokenizer = tokenizer;
        this.table = table;
        this.template = template;
        this.settings = settings;
        this.description = description;
        this.specialTokens = table.specialTokens().stream()
                .filter(token -> token.length() > 1)
                .toList();
    }

    /** The conversation as the template renders it. */
    String render(Prompt.Chat chat) {
        return renderCut(chat).replace(CUT, "");
    }

    private String renderCut(Prompt.Chat chat) {
        ChatTemplate renderer = template.orElseThrow(OnnxLanguageModel::cannotChat);
        if (chat.messages().isEmpty()) {
            throw new InvalidRequestException("messages", "0 entries (expected: at least 1)");
        }
        List<ChatMessage> messages = new ArrayList<>(chat.messages().size());
        for (ChatMessage message : chat.messages()) {
            checkLength(message.content());
            messages.add(new ChatMessage(message.role(), cut(message.content())));
        }
        return renderer.render(messages, chat.arguments());
    }

    private String cut(String content) {
        String text = content.replace(CUT, "");
        for (String token : specialTokens) {
            if (text.contains(token)) {
                text = text.replace(token, token.charAt(0) + CUT + token.substring(1));
            }
        }
        return text;
    }

    /**
     * The token ids of a prompt, each within the model's vocabulary.
     *
     * @throws InvalidRequestException where the prompt has others, or none
     */
    int[] encode(Prompt prompt) {
        int[] ids =
                switch (prompt) {
                    case Prompt.Chat chat -> known("messages", encodeCut(renderCut(chat)));
                    case Prompt.Text(String text) -> {
                        checkLength(text);
                        yield known("prompt", tokenizer.encode(text, true));
                    }
                    case Prompt.Tokens(List<Integer> tokens) -> {
                        tokens.forEach(id -> OnnxLanguageModel.checkToken("prompt", id, description.vocabularySize()));
                        yield tokens.stream().mapToInt(Integer::intValue).toArray();
                    }
                };
        if (ids.length > 0) {
            return ids;
        }
        int begin = settings.beginToken()
                .orElseThrow(() -> new InvalidRequestException("prompt", "empty (expected: at least one token)"));
        return new int[] {begin};
    }

    /** A tokenizer may know tokens that were added after the model was trained. */
    private int[] known(String parameter, int[] ids) {
        for (int id : ids) {
            if (id < 0 || id >= description.vocabularySize()) {
                throw new InvalidRequestException(
                        parameter,
                        "a text with token " + id + " (expected: text whose tokens the model knows, 0 to "
                                + (description.vocabularySize() - 1) + ")");
            }
        }
        return ids;
    }

    private int[] encodeCut(String rendered) {
        if (!rendered.contains(CUT)) {
            return tokenizer.encode(rendered, false);
        }
        IntStream ids = IntStream.empty();
        for (String part : rendered.split(CUT)) {
            ids = IntStream.concat(ids, IntStream.of(tokenizer.encode(part, false)));
        }
        return ids.toArray();
    }

    /** Refuses what is too long by far without tokenizing it: no token is longer than the longest. */
    private void checkLength(String text) {
        long least = text.length() / table.longest();
        if (least > description.contextLength()) {
            throw new ContextLengthException((int) Math.min(least, Integer.MAX_VALUE), 0, description.contextLength());
        }
    }

    /** The prompt as it is echoed. */
    String text(Prompt prompt) {
        return switch (prompt) {
            case Prompt.Text(String text) -> text;
            case Prompt.Chat chat -> render(chat);
            case Prompt.Tokens(List<Integer> tokens) -> table.text(tokens);
        };
    }
}
