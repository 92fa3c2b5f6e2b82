package dev.penstock.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code penstock budgets}. */
@Command(
        name = "budgets",
        mixinStandardHelpOptions = true,
        description = {
            "Say how budgets stand in their present periods, from a running gateway,",
            "those first of which most is spent."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:told", "1:the store cannot be read now", "2:bad usage, no store, no gateway there"})
final class BudgetsCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> AMOUNTS = List.of("limit", "spent", "held", "left");

    private final PrintWriter out;

    @Option(
            names = "--admin",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:9090",
            description = "The gateway's admin listener (default: ${DEFAULT-VALUE}).")
    private URI admin = URI.create("http://127.0.0.1:9090");

    @Option(names = "--limit", paramLabel = "N", description = "The most budgets (default: 1000).")
    private Optional<Integer> limit = Optional.empty();

    @Option(names = "--json", description = "Print the gateway's answer as it is.")
    private boolean json;

    BudgetsCommand(PrintWriter out) {
        this.out = out;
    }

    @Override
    public Integer call() {
        AdminClient gateway = new AdminClient(admin, PATIENCE);
        String path = "/admin/budgets" + limit.map(most -> "?limit=" + most).orElse("");
        HttpResponse<String> answer = gateway.ask(gateway.request(path).build());
        if (answer.statusCode() != 200) {
            String why = gateway.json(answer).path("error").path("message").asText("status " + answer.statusCode());
            throw answer.statusCode() >= 500 ? CommandFailedException.failure(why) : CommandFailedException.usage(why);
        }
        out.print(json ? answer.body() : table(gateway.json(answer)));
        out.flush();
        return 0;
    }

    private static String table(JsonNode told) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("budget", "kind", "limit", "spent", "held", "left", "%", "until"));
        for (JsonNode budget : told.path("budgets")) {
            List<String> row = new ArrayList<>();
            row.add(budget.path("budget").asText());
            row.add(budget.path("hard").asBoolean() ? "hard" : "soft");
            AMOUNTS.forEach(name -> row.add(budget.path(name).decimalValue().toPlainString()));
            row.add(percent(budget));
            row.add(budget.path("ends").asText("-"));
            rows.add(row);
        }
        if (rows.size() == 1) {
            return "nobody has a budget" + System.lineSeparator();
        }
        StringBuilder text = new StringBuilder(TextTable.of(rows, column -> column >= 2 && column <= 6));
        int more = told.path("total").asInt() - (rows.size() - 1);
        if (more > 0) {
            text.append(more).append(" more are not shown").append(System.lineSeparator());
        }
        return text.toString();
    }

    private static String percent(JsonNode budget) {
        BigDecimal limit = budget.path("limit").decimalValue();
        return limit.signum() == 0
                ? "100"
                : budget.path("spent")
                        .decimalValue()
                        .movePointRight(2)
                        .divide(limit, 1, RoundingMode.HALF_UP)
                        .toPlainString();
    }
}
