package dev.penstock.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code penstock cache report}. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = {
            "Say what a running gateway answered from memory and what that saved, what it found by",
            "meaning, and how much of what was checked of that was wrong: by tenant and model, since",
            "the gateway started."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:told", "1:the gateway failed", "2:bad usage, no memory, no gateway there"})
final class CacheReportCommand implements Callable<Integer> {
    private static final int NAMES = 2;

    private final PrintWriter out;

    @Mixin
    private final AdminOptions gateway = new AdminOptions();

    CacheReportCommand(PrintWriter out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        gateway.print(out, gateway.get("/admin/cache"), CacheReportCommand::text);
        return 0;
    }

    private static String text(JsonNode told) {
        JsonNode semantic = told.path("semantic");
        StringBuilder text = new StringBuilder()
                .append("since ")
                .append(told.path("since").asText())
                .append("; in memory: ")
                .append(told.path("entries").asText())
                .append(" answers, ")
                .append(told.path("bytes").asText())
                .append(" bytes; by meaning: ")
                .append(semantic.path("mode").asText());
        if (semantic.has("max_false_hit_rate")) {
            text.append(", at most ")
                    .append(plain(semantic.path("max_false_hit_rate")))
                    .append(" wrong");
        }
        text.append(System.lineSeparator());
        JsonNode lines = told.path("lines");
        if (lines.isEmpty()) {
            return text.append("nothing was looked up")
                    .append(System.lineSeparator())
                    .toString();
        }
        return text.append(System.lineSeparator())
                .append(served(lines))
                .append(System.lineSeparator())
                .append(found(lines))
                .toString();
    }

    private static String served(JsonNode lines) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("tenant", "model", "exact", "semantic", "missed", "saved tokens", "saved usd"));
        for (JsonNode line : lines) {
            rows.add(List.of(
                    tenant(line),
                    line.path("model").asText(),
                    line.path("exact").asText(),
                    line.path("semantic").asText(),
                    line.path("missed").asText(),
                    line.path("saved_tokens").asText(),
                    plain(line.path("saved_usd"))));
        }
        return TextTable.of(rows, column -> column >= NAMES);
    }

    /** Whether or not it was served. */
    private static String found(JsonNode lines) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "tenant",
                "model",
                "by meaning",
                "tokens",
                "usd",
                "checked",
                "wrong",
                "share wrong, 95 %",
                "from probability"));
        for (JsonNode line : lines) {
            JsonNode meaning = line.path("by_meaning");
            rows.add(List.of(
                    tenant(line),
                    line.path("model").asText(),
                    meaning.path("found").asText(),
                    meaning.path("would_save_tokens").asText(),
                    plain(meaning.path("would_save_usd")),
                    meaning.path("checked").asText(),
                    meaning.path("wrong").asText(),
                    share(meaning.path("wrong_at_least")) + " to " + share(meaning.path("wrong_at_most")),
                    meaning.path("threshold").isNumber() ? share(meaning.path("threshold")) : "closed"));
        }
        return TextTable.of(rows, column -> column >= NAMES);
    }

    /** Beyond so many they are no longer told apart. */
    private static String tenant(JsonNode line) {
        String tenant = line.path("tenant").asText();
        return tenant.isEmpty() ? "(others)" : tenant;
    }

    private static String plain(JsonNode number) {
        return number.decimalValue().toPlainString();
    }

    private static String share(JsonNode share) {
        return String.format(Locale.ROOT, "%.4f", share.doubleValue());
    }
}
