package dev.penstock.gateway.http;

import dev.penstock.protocol.JsonDocument;
import dev.penstock.routing.Affinity;
import dev.penstock.routing.Operation;
import dev.penstock.routing.prefix.PrefixHashes;
import java.util.Optional;

/**
 * What of a request others may have had before it, from its bytes: the blocks of its messages or prompt, which begin with its
 * tools, as engines put them first; and its conversation, by {@code prompt_cache_key} or {@code user}.
 */
final class PromptAffinity {
    private static final int MAX_SESSION_CHARS = 512;

    private PromptAffinity() {}

    static Affinity of(JsonDocument body, Operation operation) {
        if (operation == Operation.EMBEDDING) {
            return Affinity.NONE;
        }
        long tools = hash(body, "tools");
        Optional<JsonDocument.Slice> prompt = body.slice(operation == Operation.CHAT ? "messages" : "prompt");
        long[] blocks = prompt.map(text -> PrefixHashes.of(tools, text.bytes(), text.from(), text.to()))
                .orElse(Affinity.NONE.blocks());
        long key = hash(body, "prompt_cache_key");
        return new Affinity(key != 0 ? key : hash(body, "user"), blocks, Affinity.NONE.blockTokens());
    }

    /** The same request in a conversation that its client names in a header. */
    static Affinity inSession(Affinity affinity, String session) {
        return session.isEmpty() || session.length() > MAX_SESSION_CHARS
                ? affinity
                : new Affinity(PrefixHashes.of(session), affinity.blocks(), affinity.blockTokens());
    }

    private static long hash(JsonDocument body, String field) {
        return body.slice(field)
                .map(value -> PrefixHashes.of(value.bytes(), value.from(), value.to()))
                .orElse(0L);
    }
}
