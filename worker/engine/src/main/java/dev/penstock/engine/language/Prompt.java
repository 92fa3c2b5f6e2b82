package dev.penstock.engine.language;

import java.util.List;
import java.util.Map;

/** What a language model continues. */
public sealed interface Prompt {
    /**
     * A conversation, rendered by the model's chat template, which opens the assistant's turn at the end.
     *
     * @param messages the conversation, oldest first
     * @param arguments further variables for the template ({@code chat_template_kwargs}): strings, numbers, booleans,
     *     lists and maps
     */
    record Chat(List<ChatMessage> messages, Map<String, Object> arguments) implements Prompt {
        public Chat {
            messages = List.copyOf(messages);
            arguments = Map.copyOf(arguments);
        }

        /** A conversation without further variables. */
        public Chat(List<ChatMessage> messages) {
            this(messages, Map.of());
        }
    }

    /**
     * Plain text, to which the tokenizer adds its special tokens (such as one for the beginning).
     *
     * @param text the text
     */
    record Text(String text) implements Prompt {}

    /**
     * Token ids, taken as they are.
     *
     * @param ids at least one
     */
    record Tokens(List<Integer> ids) implements Prompt {
        public Tokens {
            ids = List.copyOf(ids);
        }
    }
}
