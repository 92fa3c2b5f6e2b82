package dev.penstock.engine.language;

import dev.penstock.engine.tokenizer.TokenTable;
import dev.penstock.engine.tokenizer.Utf8Assembler;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What one sequence has said so far: turns tokens into events and knows when to stop. */
final class Completion {
    private final int sequence;
    private final StopRules rules;
    private final int maxTokens;
    private final Set<Integer> endTokens;
    private final TokenTable table;
    private final Consumer<TokenEvent> events;
    private final StopMatcher matcher;
    private final Utf8Assembler assembler = new Utf8Assembler();

    private final StringBuilder held = new StringBuilder();
    private final List<Held> heldTokens = new ArrayList<>();
    private int tokens;
    private Optional<String> stopString = Optional.empty();

    /** A token and where in the held text its own begins. */
    private record Held(int id, @Nullable TokenLogprob logprob, int at) {}

    Completion(
            int sequence,
            StopRules rules,
            int maxTokens,
            Set<Integer> endTokens,
            TokenTable table,
            Consumer<TokenEvent> events) {
        this.sequence = sequence;
        this.rules = rules;
        this.maxTokens = maxTokens;
        this.endTokens = endTokens;
        this.table = table;
        this.events = events;
        this.matcher = new StopMatcher(rules.strings());
    }

    int tokens() {
        return tokens;
    }

    /** Tokens that must not be chosen now, since the completion must not end yet. */
    Set<Integer> banned() {
        return tokens < rules.minTokens() ? endTokens : Set.of();
    }

    /** Takes the next token; why the sequence ends with it, if it does. */
    Optional<FinishReason> accept(int id, @Nullable TokenLogprob logprob) {
        tokens++;
        if (endTokens.contains(id)) {
            flush();
            return Optional.of(FinishReason.STOP);
        }
        String text = table.isSpecial(id) ? "" : assembler.append(table.bytes(id));
        int characters = text.codePointCount(0, text.length());
        heldTokens.add(new Held(id, logprob == null ? null : logprob.withTextLength(characters), held.length()));
        held.append(text);
        if (tokens >= rules.minTokens() && !rules.strings().isEmpty()) {
            Optional<StopMatcher.Match> match = matcher.find(held);
            if (match.isPresent()) {
                stopString = match.map(StopMatcher.Match::string);
                release(match.get().at());
                return Optional.of(FinishReason.STOP);
            }
            release(matcher.safe(held));
        } else {
            release(held.length());
        }
        if (tokens >= maxTokens) {
            flush();
            return Optional.of(FinishReason.LENGTH);
        }
        return Optional.empty();
    }

    /** Sends what was held back. The part of a character whose end never came is left out. */
    void flush() {
        if (!heldTokens.isEmpty()) {
            send(held.length(), heldTokens.size());
        }
    }

    private void release(int length) {
        if (length > 0) {
            int count = 0;
            while (count < heldTokens.size() && heldTokens.get(count).at() < length) {
                count++;
            }
            send(length, count);
        }
    }

    private void send(int length, int count) {
        List<Integer> ids = new ArrayList<>(count);
        List<TokenLogprob> logprobs = new ArrayList<>();
        for (Held token : heldTokens.subList(0, count)) {
            ids.add(token.id());
            if (token.logprob() != null) {
                logprobs.add(token.logprob());
            }
        }
        heldTokens.subList(0, count).clear();
        heldTokens.replaceAll(token -> new Held(token.id(), token.logprob(), Math.max(0, token.at() - length)));
        String text = held.substring(0, length);
        held.delete(0, length);
        events.accept(new TokenEvent(sequence, text, ids, logprobs, false));
    }

    SequenceEnd end(FinishReason reason) {
        return new SequenceEnd(sequence, reason, stopString, tokens);
    }
}
