package dev.penstock.engine.language;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.JinjavaProcessors;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import dev.penstock.engine.InvalidRequestException;
import java.time.Clock;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A model's chat template, rendered as the transformers library does: a sandbox without Java objects, blocks trimmed,
 * {@code raise_exception}, {@code strftime_now} and {@code tojson} at hand. Output and time are bounded. What messages
 * say is never read as template text.
 */
final class ChatTemplate {
    private static final long OUTPUT_LIMIT = 16L << 20;
    private static final long TIME_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int RANGE_LIMIT = 100_000;
    /** Where a running template finds the clock: functions of a template are static methods. */
    private static final String CLOCK = "penstock_clock";

    private static final String DEADLINE = "penstock_deadline";

    private final Jinjava jinjava;
    private final String template;
    private final Map<String, Object> tokens;
    private final Clock clock;
    private final LongSupplier nanoTime;

    /**
     * A template.
     *
     * @param template its text
     * @param tokens the special tokens that it may name, such as {@code bos_token}
     */
    ChatTemplate(String template, Map<String, String> tokens, Clock clock, LongSupplier nanoTime) {
        String text = template.endsWith("\n") ? template.substring(0, template.length() - 1) : template;
        this.template = TemplateDialect.toJinjava(text);
        this.tokens = Map.copyOf(tokens);
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.jinjava = jinjava();
    }

    private Jinjava jinjava() {
        LegacyOverrides likeJinja = LegacyOverrides.newBuilder()
                .withEvaluateMapKeys(true)
                .withIterateOverMapKeys(true)
                .withUsePyishObjectMapper(true)
                .withUseNaturalOperatorPrecedence(true)
                .withParseWhitespaceControlStrictly(true)
                .withWhitespaceRequiredWithinTokens(false)
                .withAllowAdjacentTextNodes(true)
                .withUseTrimmingForNotesAndExpressions(true)
                .withKeepNullableLoopValues(true)
                .build();
        JinjavaConfig config = JinjavaConfig.newBuilder()
                .withTrimBlocks(true)
                .withLstripBlocks(true)
                .withNestedInterpretationEnabled(false)
                .withMaxOutputSize(OUTPUT_LIMIT)
                .withMaxStringLength(OUTPUT_LIMIT)
                .withRangeLimit(RANGE_LIMIT)
                .withMaxRenderDepth(32)
                .withElResolver(TemplateObjects.resolver())
                .withLegacyOverrides(likeJinja)
                .withProcessors(JinjavaProcessors.newBuilder()
                        .withNodePreProcessor((node, interpreter) -> checkDeadline(interpreter))
                        .build())
                .build();
        Jinjava engine = new Jinjava(config);
        engine.getGlobalContext().registerFunction(function("raise_exception"));
        engine.getGlobalContext().registerFunction(function("strftime_now"));
        engine.getGlobalContext().registerFilter(new JsonFilter());
        engine.getGlobalContext().registerFilter(new TrimFilter());
        // An unknown tag in a template must fail, and these reach outside of it.
        for (String tag : List.of("include", "import", "from", "extends")) {
            engine.getGlobalContext().registerTag(new RefusedTag(tag));
        }
        return engine;
    }

    private static ELFunctionDefinition function(String name) {
        try {
            return new ELFunctionDefinition("", name, Functions.class.getMethod(name, String.class));
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("no function " + name, e);
        }
    }

    private void checkDeadline(JinjavaInterpreter interpreter) {
        Object deadline = interpreter.getContext().get(DEADLINE);
        if (deadline instanceof Deadline limit && nanoTime.getAsLong() - limit.nanos > 0) {
            throw new TemplateTimeout();
        }
    }

    /** Kept out of the template's reach by its type: nothing of it can be called. */
    private record Deadline(long nanos) {}

    private static final class TemplateTimeout extends RuntimeException {
        TemplateTimeout() {
            super("took too long", null, false, false);
        }
    }

    /** What came of a rendering. */
    private sealed interface Outcome {
        record Rendered(String text) implements Outcome {}

        /** The template itself refused the conversation. */
        record Raised(String why) implements Outcome {}

        record TimedOut() implements Outcome {}

        /** The template uses what is not known here, or is wrong. */
        record Broken(String why) implements Outcome {}
    }

    /** Renders a conversation, with the assistant's turn opened at the end. */
    String render(List<ChatMessage> messages, Map<String, Object> arguments) {
        return switch (outcome(messages, arguments)) {
            case Outcome.Rendered(String text) -> text;
            case Outcome.Raised(String why) ->
                throw new InvalidRequestException("messages", "raised by the chat template: " + why);
            case Outcome.TimedOut() ->
                throw new InvalidRequestException("messages", "the chat template took too long to render");
            case Outcome.Broken(String why) ->
                throw new InvalidRequestException("messages", "the chat template cannot be rendered: " + why);
        };
    }

    /**
     * Why the template is of no use, if it is not: it cannot render a short conversation, or refuses all of them. Those
     * that only some templates take (a system message, more than one turn) may be refused.
     */
    Optional<String> defect() {
        ChatMessage user = new ChatMessage("user", "Hello");
        Optional<String> refusal = Optional.empty();
        boolean renders = false;
        for (List<ChatMessage> messages : List.of(
                List.of(user),
                List.of(new ChatMessage("system", "Be brief."), user),
                List.of(user, new ChatMessage("assistant", "Hi"), user))) {
            switch (outcome(messages, Map.of())) {
                case Outcome.Broken(String why) -> {
                    return Optional.of(why);
                }
                case Outcome.Raised(String why) -> refusal = Optional.of(why);
                case Outcome.Rendered rendered -> renders = true;
                // That is the machine's fault as well as the template's: the load of a model must not hang on it.
                case Outcome.TimedOut slow -> renders = true;
            }
        }
        return renders ? Optional.empty() : refusal;
    }

    private Outcome outcome(List<ChatMessage> messages, Map<String, Object> arguments) {
        RenderResult result = jinjava.renderForResult(template, bindings(messages, arguments));
        if (!result.hasErrors()) {
            return new Outcome.Rendered(result.getOutput());
        }
        for (var error : result.getErrors()) {
            for (Throwable cause = error.getException(); cause != null; cause = cause.getCause()) {
                if (cause instanceof TemplateRaised raised) {
                    return new Outcome.Raised(String.valueOf(raised.getMessage()));
                }
                if (cause instanceof TemplateTimeout) {
                    return new Outcome.TimedOut();
                }
            }
        }
        return new Outcome.Broken(result.getErrors().getFirst().getMessage());
    }

    private Map<String, Object> bindings(List<ChatMessage> messages, Map<String, Object> arguments) {
        Map<String, Object> bindings = new HashMap<>();
        bindings.putAll(tokens);
        bindings.put("add_generation_prompt", true);
        bindings.putAll(arguments);
        List<Map<String, Object>> turns = new ArrayList<>(messages.size());
        for (ChatMessage message : messages) {
            Map<String, Object> turn = new HashMap<>();
            turn.put("role", message.role());
            turn.put("content", message.content());
            turns.add(turn);
        }
        bindings.put("messages", turns);
        // Templates ask "is defined" of functions too, which Jinjava answers for variables only.
        bindings.put("raise_exception", "");
        bindings.put("strftime_now", "");
        bindings.put(CLOCK, new Now(LocalDateTime.now(clock)));
        bindings.put(DEADLINE, new Deadline(nanoTime.getAsLong() + TIME_LIMIT_NANOS));
        return bindings;
    }

    private record Now(LocalDateTime time) {}

    private static final class TemplateRaised extends RuntimeException {
        TemplateRaised(String message) {
            super(message, null, false, false);
        }
    }

    /** The functions that transformers gives to templates. */
    public static final class Functions {
        private Functions() {}

        /** Fails the rendering. */
        @SuppressWarnings("DoNotCallSuggester") // called by templates
        public static Object raise_exception(String message) {
            throw new TemplateRaised(message);
        }

        /** The time in a format of C's strftime; the directives that templates use. */
        public static String strftime_now(String format) {
            Object now = JinjavaInterpreter.getCurrent().getContext().get(CLOCK);
            LocalDateTime time = now instanceof Now(LocalDateTime value) ? value : LocalDateTime.MIN;
            StringBuilder out = new StringBuilder();
            for (int i = 0; i < format.length(); i++) {
                char c = format.charAt(i);
                if (c != '%' || i + 1 == format.length()) {
                    out.append(c);
                    continue;
                }
                out.append(directive(format.charAt(++i), time));
            }
            return out.toString();
        }

        private static String directive(char directive, LocalDateTime time) {
            String pattern =
                    switch (directive) {
                        case 'Y' -> "uuuu";
                        case 'y' -> "uu";
                        case 'm' -> "MM";
                        case 'd' -> "dd";
                        case 'B' -> "MMMM";
                        case 'b' -> "MMM";
                        case 'A' -> "EEEE";
                        case 'a' -> "EEE";
                        case 'H' -> "HH";
                        case 'I' -> "hh";
                        case 'p' -> "a";
                        case 'M' -> "mm";
                        case 'S' -> "ss";
                        case 'j' -> "DDD";
                        default -> "";
                    };
            return pattern.isEmpty()
                    ? (directive == '%' ? "%" : "%" + directive)
                    : time.format(DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH));
        }
    }
}
