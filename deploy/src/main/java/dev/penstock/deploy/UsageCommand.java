package dev.penstock.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code penstock usage}. */
@Command(
        name = "usage",
        mixinStandardHelpOptions = true,
        description = {
            "Say what was used and what it cost, from the ledger of a running gateway.",
            "Without dates it is this month, in UTC."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:told", "1:the ledger cannot be read now", "2:bad usage, no ledger, no gateway there"})
final class UsageCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Of a line, those columns at its end that are no names. */
    private static final int NUMBERS = 8;

    private final PrintWriter out;

    @Option(
            names = "--admin",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:9090",
            description = "The gateway's admin listener (default: ${DEFAULT-VALUE}).")
    private URI admin = URI.create("http://127.0.0.1:9090");

    @Option(
            names = "--by",
            paramLabel = "NAMES",
            split = ",",
            description = {
                "What to divide by, separated by commas: tenant, project, key, model,",
                "model-asked, worker, site, cache, outcome, hour, day, month."
            })
    private List<String> by = List.of("tenant");

    @Option(names = "--from", paramLabel = "WHEN", description = "A day or an instant in UTC: 2026-11-01.")
    private Optional<String> from = Optional.empty();

    @Option(names = "--to", paramLabel = "WHEN", description = "The first moment that does not count.")
    private Optional<String> to = Optional.empty();

    @Option(names = "--limit", paramLabel = "N", description = "The most lines, the dearest first.")
    private Optional<Integer> limit = Optional.empty();

    @Option(names = "--csv", description = "Print comma-separated values.")
    private boolean csv;

    @Option(names = "--json", description = "Print the gateway's answer as it is.")
    private boolean json;

    UsageCommand(PrintWriter out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        AdminClient gateway = new AdminClient(admin, PATIENCE);
        HttpResponse<String> answer = gateway.ask(request(gateway));
        if (answer.statusCode() != 200) {
            String why = gateway.json(answer).path("error").path("message").asText("status " + answer.statusCode());
            throw answer.statusCode() >= 500 ? CommandFailedException.failure(why) : CommandFailedException.usage(why);
        }
        out.print(csv || json ? answer.body() : table(gateway.json(answer)));
        out.flush();
        return 0;
    }

    private HttpRequest request(AdminClient gateway) {
        List<String> query = new ArrayList<>(List.of("group_by=" + encoded(String.join(",", by))));
        from.ifPresent(when -> query.add("from=" + encoded(when)));
        to.ifPresent(when -> query.add("to=" + encoded(when)));
        limit.ifPresent(lines -> query.add("limit=" + lines));
        if (csv) {
            query.add("format=csv");
        }
        try {
            return gateway.request("/admin/usage?" + String.join("&", query)).build();
        } catch (IllegalArgumentException refused) {
            throw CommandFailedException.usage(String.valueOf(refused.getMessage()));
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String table(JsonNode told) {
        String period = told.path("from").asText() + " to " + told.path("to").asText() + System.lineSeparator();
        List<List<String>> rows = rows(told.path("usage"));
        if (rows.isEmpty()) {
            return period + "nothing was used" + System.lineSeparator();
        }
        int names = rows.getFirst().size() - NUMBERS;
        StringBuilder text = new StringBuilder(period).append(TextTable.of(rows, column -> column >= names));
        long waiting = told.path("waiting").asLong();
        if (waiting > 0) {
            text.append(waiting)
                    .append(" requests have ended and are not in these sums yet")
                    .append(System.lineSeparator());
        }
        return text.toString();
    }

    /** The names first. */
    private static List<List<String>> rows(JsonNode lines) {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode line : lines) {
            if (rows.isEmpty()) {
                rows.add(line.properties().stream()
                        .map(cell -> cell.getKey().replace('_', ' '))
                        .toList());
            }
            rows.add(line.properties().stream()
                    .map(cell -> cell.getValue().isNumber()
                            ? cell.getValue().decimalValue().toPlainString()
                            : cell.getValue().asText())
                    .toList());
        }
        return rows;
    }
}
