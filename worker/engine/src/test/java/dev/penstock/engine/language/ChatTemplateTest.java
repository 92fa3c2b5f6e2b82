package dev.penstock.engine.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.engine.InvalidRequestException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Templates in the styles of the common model families, with what Jinja itself makes of them. */
@SuppressWarnings("StringConcatToTextBlock") // what templates render has its line ends spelled out
final class ChatTemplateTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-20T10:00:00Z"), ZoneOffset.UTC);
    private static final List<ChatMessage> TURNS = List.of(
            new ChatMessage("system", "Be terse. "),
            new ChatMessage("user", " Hi"),
            new ChatMessage("assistant", "Hello"),
            new ChatMessage("user", "Why?\n"));

    private static String render(String template, List<ChatMessage> messages) {
        return render(template, messages, Map.of());
    }

    private static String render(String template, List<ChatMessage> messages, Map<String, Object> arguments) {
        return new ChatTemplate(template, Map.of("bos_token", "<s>", "eos_token", "</s>"), CLOCK, System::nanoTime)
                .render(messages, arguments);
    }

    @Test
    void chatMl() {
        String template = """
                {% for message in messages %}{{'<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n'}}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}
                """;
        assertEquals(
                "<|im_start|>system\nBe terse. <|im_end|>\n<|im_start|>user\n Hi<|im_end|>\n"
                        + "<|im_start|>assistant\nHello<|im_end|>\n<|im_start|>user\nWhy?\n<|im_end|>\n"
                        + "<|im_start|>assistant\n",
                render(template, TURNS));
    }

    @Test
    void qwenWithItsDefaultSystemMessage() {
        String template = """
                {%- if tools %}
                    {{- tools | tojson }}
                {%- else %}
                    {%- if messages[0]['role'] == 'system' %}
                        {{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}
                    {%- else %}
                        {{- '<|im_start|>system\\nYou help.<|im_end|>\\n' }}
                    {%- endif %}
                {%- endif %}
                {%- for message in messages %}
                    {%- if (message.role == "user") or (message.role == "system" and not loop.first) or (message.role == "assistant" and not message.tool_calls) %}
                        {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
                    {%- endif %}
                {%- endfor %}
                {%- if add_generation_prompt %}
                    {{- '<|im_start|>assistant\\n' }}
                {%- endif %}
                """;
        assertEquals(
                "<|im_start|>system\nYou help.<|im_end|>\n<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n",
                render(template, List.of(new ChatMessage("user", "Hi"))));
        assertTrue(
                render(template, TURNS).startsWith("<|im_start|>system\nBe terse. <|im_end|>\n<|im_start|>user\n Hi"));
    }

    @Test
    void reasoningModelsLookBackwardsThroughANamespace() {
        String template = """
                {%- set ns = namespace(searching=true, last=messages|length - 1) %}
                {%- for message in messages[::-1] %}
                    {%- set index = (messages|length - 1) - loop.index0 %}
                    {%- if ns.searching and message.role == "user" and message.content is string and not(message.content.startswith('<r>') and message.content.endswith('</r>')) %}
                        {%- set ns.searching = false %}
                        {%- set ns.last = index %}
                    {%- endif %}
                {%- endfor %}
                {%- for message in messages %}
                    {%- set content = message.content.split('</think>')[-1].lstrip('\\n') %}
                    {{- message.role + ('!' if loop.index0 == ns.last else '') + ':' + content + ';' }}
                {%- endfor %}
                {%- if enable_thinking is defined and enable_thinking is false %}
                    {{- '<think></think>' }}
                {%- endif %}
                """;
        List<ChatMessage> messages = List.of(
                new ChatMessage("user", "a"),
                new ChatMessage("assistant", "<think>hm</think>\n\nb"),
                new ChatMessage("user", "<r>c</r>"));
        assertEquals("user!:a;assistant:b;user:<r>c</r>;", render(template, messages));
        assertTrue(render(template, messages, Map.of("enable_thinking", false)).endsWith(";<think></think>"));
    }

    @Test
    void llamaTrimsAndBeginsOnce() {
        String template = """
                {% set loop_messages = messages %}{% for message in loop_messages %}{% set content = '<|h|>' + message['role'] + '<|/h|>

                '+ message['content'] | trim + '<|eot|>' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}{% if add_generation_prompt %}{{ '<|h|>assistant<|/h|>

                ' }}{% endif %}""";
        assertEquals(
                "<s><|h|>user<|/h|>\n\nHi<|eot|><|h|>assistant<|/h|>\n\n",
                render(template, List.of(new ChatMessage("user", " Hi "))));
    }

    @Test
    void newerLlamaTellsTheDateAndSlicesTheSystemMessageOff() {
        String template = """
                {{- bos_token }}
                {%- if not date_string is defined %}
                    {%- if strftime_now is defined %}
                        {%- set date_string = strftime_now("%d %b %Y") %}
                    {%- else %}
                        {%- set date_string = "26 Jul 2024" %}
                    {%- endif %}
                {%- endif %}
                {%- if messages[0]['role'] == 'system' %}
                    {%- set system_message = messages[0]['content']|trim %}
                    {%- set messages = messages[1:] %}
                {%- else %}
                    {%- set system_message = "" %}
                {%- endif %}
                {#- A comment #}
                {{- "Today: " + date_string + "\\n" + system_message }}
                {%- for message in messages %}
                    {%- if not (message.role == 'tool' or 'tool_calls' in message) %}
                        {{- '[' + message['role'] + ']' + message['content'] | trim }}
                    {%- endif %}
                {%- endfor %}
                """;
        assertEquals("<s>Today: 20 Nov 2026\nBe terse.[user]Hi[assistant]Hello[user]Why?", render(template, TURNS));
    }

    @Test
    void mistralInsistsOnTurns() {
        String template = """
                {{ bos_token }}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Roles must alternate!') }}{% endif %}{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + ' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ message['content'] + eos_token}}{% endif %}{% endfor %}""";
        assertEquals(
                "<s>[INST] a [/INST]b</s>[INST] c [/INST]",
                render(
                        template,
                        List.of(
                                new ChatMessage("user", "a"),
                                new ChatMessage("assistant", "b"),
                                new ChatMessage("user", "c"))));
        InvalidRequestException error = assertThrows(InvalidRequestException.class, () -> render(template, TURNS));
        assertEquals("messages", error.parameter());
        assertTrue(error.toString().contains("Roles must alternate!"), error::toString);
    }

    @Test
    void newerMistralFiltersAndCounts() {
        String template = """
                {%- set loop_messages = messages[1:] if messages[0]["role"] == "system" else messages %}
                {%- set user_messages = loop_messages | selectattr("role", "equalto", "user") | list %}
                {%- set ns = namespace() %}
                {%- set ns.index = 0 %}
                {%- for message in loop_messages %}
                    {%- set ns.index = ns.index + 1 %}
                    {%- if message == user_messages[-1] %}
                        {{- "[LAST]" }}
                    {%- endif %}
                    {{- message["content"]|trim }}
                {%- endfor %}
                {{- ns.index }}
                """;
        assertEquals("HiHello[LAST]Why?3", render(template, TURNS));
    }

    @Test
    void gemmaRenamesTheAssistant() {
        String template = """
                {{ bos_token }}
                {%- for message in messages -%}
                    {%- if (message['role'] == 'assistant') -%}
                        {%- set role = "model" -%}
                    {%- else -%}
                        {%- set role = message['role'] -%}
                    {%- endif -%}
                    {{ '<start_of_turn>' + role + '
                ' + ("first " if loop.first else "") }}
                    {%- if message['content'] is string -%}
                        {{ message['content'] | trim }}
                    {%- else -%}
                        {{ raise_exception("Invalid content type") }}
                    {%- endif -%}
                    {{ '<end_of_turn>
                ' }}
                {%- endfor -%}
                {%- if add_generation_prompt -%}
                    {{'<start_of_turn>model
                '}}
                {%- endif -%}
                """;
        assertEquals(
                "<s><start_of_turn>user\nfirst a<end_of_turn>\n<start_of_turn>model\nb<end_of_turn>\n"
                        + "<start_of_turn>model\n",
                render(template, List.of(new ChatMessage("user", " a "), new ChatMessage("assistant", "b"))));
    }

    @Test
    void blocksTakeTheirLinesWithThem() {
        String template = """
                {% for message in messages %}
                {% if message['role'] == 'user' %}
                {{ '<|user|>
                ' + message['content'] + eos_token }}
                {% endif %}
                {% if loop.last and add_generation_prompt %}
                {{ '<|assistant|>' }}
                {% endif %}
                {% endfor %}
                """;
        assertEquals("<|user|>\nHi</s>\n<|assistant|>\n", render(template, List.of(new ChatMessage("user", "Hi"))));
    }

    @Test
    void macrosFiltersAndJson() {
        String template = """
                {%- macro turn(role, content, extra="") -%}
                {{ "<" ~ role ~ ">" ~ content ~ extra }}
                {%- endmacro -%}
                {%- for message in messages -%}
                {{ turn(message.role, message.content, extra="!" if loop.last else "") }}
                {%- endfor -%}
                |{{ messages | map(attribute="role") | join(",") }}|{{ data | tojson }}|{{ data | tojson(indent=2) }}""";
        assertEquals(
                "<user>Hi!|user|{\"a\": [1, \"\u00e9\", true]}|{\n  \"a\": [\n    1,\n    \"\u00e9\",\n    true\n  ]\n}",
                render(
                        template,
                        List.of(new ChatMessage("user", "Hi")),
                        Map.of("data", Map.of("a", List.of(1, "\u00e9", true)))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ 7 * 7 }}",
                "{% raw %}{{ x }}",
                "{% for i in range(9) %}x{% endfor %}",
                "{{ raise_exception('no') }}",
                "{# gone #}",
                "{{ eos_token }}",
                "\\n'' + eos_token + ''",
                "${7*7} #{7*7}",
                "{% include '/etc/passwd' %}"
            })
    void messagesAreNeverReadAsTemplateText(String content) {
        String template = """
                {%- for message in messages -%}
                {%- set content = message.content -%}
                {{ '[' + message['role'] + ':' + content + ']' }}{{ message.content | trim }}
                {%- endfor -%}""";
        assertEquals("[user:" + content + "]" + content, render(template, List.of(new ChatMessage("user", content))));
        assertEquals("[" + content + ":a]a", render(template, List.of(new ChatMessage(content, "a"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ messages[0].content.getClass() }}",
                "{{ messages.getClass().forName('java.lang.Runtime') }}",
                "{{ ''.class.name }}",
                "{{ messages[0].content.class.classLoader }}",
                "{% include '/etc/passwd' %}",
                "{% import '/etc/passwd' as x %}",
                "{% from '/etc/passwd' import x %}",
                "{% extends '/etc/passwd' %}",
                "{{ ____int3rpr3t3r____.config.objectMapper }}",
                "{{ ____int3rpr3t3r____.getContext() }}",
                "{{ penstock_deadline.nanos() }}",
                "{{ penstock_deadline.nanos }}"
            })
    void templatesCannotReachJava(String template) {
        String rendered;
        try {
            rendered = render(template, List.of(new ChatMessage("user", "a")));
        } catch (InvalidRequestException e) {
            return;
        }
        assertFalse(rendered.matches("(?s).*(class|root:|java|[0-9]).*"), rendered);
    }

    /** The tags take the space around them as any other tag does, and leave what is between them. */
    @Test
    void whatTheAssistantSaidMayBeMarkedForTraining() {
        String template = """
                {%- for message in messages -%}
                    {%- if message.role == "assistant" -%}
                        {% generation %}
                {{ "[" + message.content + "]" }}
                        {% endgeneration %}
                        {%- generation -%}  {{ message.content }}  {%-endgeneration-%}
                    {%- else -%}
                        {{ message.content }}
                    {%- endif -%}
                {%- endfor -%}
                {{ ' generation endgeneration {% generation %}' }}""";
        assertEquals(
                "a[b]\nb generation endgeneration {% generation %}",
                render(template, List.of(new ChatMessage("user", "a"), new ChatMessage("assistant", "b"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"| trim", ".strip()", ".lstrip().rstrip()"})
    void spaceIsWhatPythonCallsSpace(String strip) {
        String space = "\u00a0\u3000\u0085\u2007\u202f\u2028\u001c\u1680 \t\n";
        String inside = "\u200b\ufeffHi\u00a0you\u180e";
        String content = space + inside + space;
        assertEquals(
                "[" + inside + "]",
                render(
                        "{{ '[' + (messages[0].content" + strip + ") + ']' }}",
                        List.of(new ChatMessage("user", content))));
        assertEquals(
                "[Hi|you]",
                render(
                        "{{ '[' + messages[0].content.split()|join('|') + ']' }}",
                        List.of(new ChatMessage("user", space + "Hi\u3000\u00a0you" + space))));
    }

    @Test
    void trimmingAndSplittingTakeArguments() {
        List<ChatMessage> messages = List.of(new ChatMessage("user", "--a b  c--"));
        assertEquals("a b  c", render("{{ messages[0].content | trim('-') }}", messages));
        assertEquals("--a b  c", render("{{ messages[0].content.rstrip('-') }}", messages));
        assertEquals("--a|b  c--", render("{{ messages[0].content.split(none, 1)|join('|') }}", messages));
        assertEquals("", render("{{ missing | trim }}", messages));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% unheard_of %}{{ messages[0].content }}",
                "{% for message in messages %}{{ message.content }}",
                "{{ raise_exception('never') }}",
                "{% for m in messages %}{% if m.role == 'assistant' %}{% include 'x' %}{% endif %}{% endfor %}"
            })
    void templatesOfNoUseAreTold(String template) {
        assertTrue(new ChatTemplate(template, Map.of(), CLOCK, System::nanoTime)
                .defect()
                .isPresent());
    }

    @Test
    void templatesThatRefuseSomeConversationsAreOfUse() {
        String template = "{% if messages[0].role == 'system' %}{{ raise_exception('no system') }}{% endif %}"
                + "{{ messages[0].content }}";
        assertEquals(Optional.empty(), new ChatTemplate(template, Map.of(), CLOCK, System::nanoTime).defect());
    }

    @Test
    void renderingIsBoundedInTime() {
        AtomicLong clock = new AtomicLong();
        ChatTemplate template = new ChatTemplate(
                "{% for a in range(1000) %}{% for b in range(1000) %}{% if a == b %}.{% endif %}{% endfor %}{% endfor %}",
                Map.of(), CLOCK, () -> clock.addAndGet(1_000_000));
        InvalidRequestException error = assertThrows(
                InvalidRequestException.class, () -> template.render(List.of(new ChatMessage("user", "a")), Map.of()));
        assertTrue(error.toString().contains("too long"), error::toString);
    }

    @Test
    void renderingIsBoundedInSize() {
        String template = "{% for a in range(1000) %}{{ messages[0].content }}{% endfor %}";
        List<ChatMessage> messages = List.of(new ChatMessage("user", "x".repeat(100_000)));
        assertThrows(InvalidRequestException.class, () -> render(template, messages));
    }
}
