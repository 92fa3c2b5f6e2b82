package dev.penstock.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.penstock.loadtest.report.Table;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An explanation for a person: who would get it, what each candidate would cost and take, and who may not run it. */
final class ExplanationText {
    private static final int MOST_ROWS = 40;

    private ExplanationText() {}

    static String of(JsonNode told) {
        StringBuilder text = new StringBuilder();
        JsonNode asked = told.path("asked");
        line(
                text,
                "policy %s, seed %s; a second is worth $%s, quality $%s",
                told.path("policy").path("name").asText(),
                told.path("seed").asText(),
                digits(asked.path("dollars_per_second")),
                digits(asked.path("dollars_per_quality")));
        line(
                text,
                "%s of %s: %s prompt tokens, %s expected (19 in 20 at most %s), in %d blocks",
                asked.path("operation").asText(),
                models(asked.path("tiers")),
                digits(asked.path("prompt_tokens")),
                digits(asked.path("expected_tokens")),
                digits(asked.path("p95_tokens")),
                asked.path("blocks").asInt());
        line(text, "constraints: %s", constraints(asked.path("constraints")));
        text.append('\n');
        plan(text, told);
        List<List<String>> rows = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        for (JsonNode candidate : told.path("candidates")) {
            if (candidate.has("refused_by")) {
                refused.add(candidate.path("worker").asText() + " "
                        + candidate.path("model").asText() + ": "
                        + candidate.path("refused_by").asText() + ": "
                        + candidate.path("why").asText());
            } else if (rows.size() < MOST_ROWS) {
                rows.add(row(candidate));
            }
        }
        if (!rows.isEmpty()) {
            text.append('\n')
                    .append(new Table(
                                    "candidates", header(told.path("candidates").path(0)), rows)
                            .text());
        }
        if (!refused.isEmpty()) {
            text.append("\nmay not, or cannot:\n");
            refused.stream().limit(MOST_ROWS).forEach(each -> line(text, "  %s", each));
        }
        int more = told.path("left_out").asInt() + Math.max(0, refused.size() - MOST_ROWS);
        if (more > 0) {
            line(text, "and %d more", more);
        }
        return text.toString();
    }

    /** Whatever terms there are: they come from the gateway that is asked. */
    private static List<String> header(JsonNode candidate) {
        List<String> header = new ArrayList<>(List.of("worker model", "site", "place", "policy", "cost $"));
        candidate
                .path("terms")
                .forEach(term -> header.add(
                        term.path("name").asText() + (term.path("unit").asText().equals("seconds") ? " s" : " $")));
        header.addAll(List.of("first token s", "19 in 20 s", "in flight", "age ms"));
        return header;
    }

    private static List<String> row(JsonNode candidate) {
        List<String> row = new ArrayList<>();
        row.add(candidate.path("worker").asText() + " "
                + candidate.path("model").asText());
        row.add(candidate.path("site").path("name").asText());
        row.add(candidate.has("place") ? candidate.path("place").asText() : "-");
        row.add(digits(candidate.path("policy_cost")));
        row.add(digits(candidate.path("cost_usd")));
        candidate.path("terms").forEach(term -> row.add(digits(term.path("value"))));
        row.add(digits(candidate.path("estimate").path("first_token_seconds")));
        row.add(digits(candidate.path("estimate").path("p95_seconds")));
        row.add(candidate.path("signals").path("in_flight").asText());
        row.add(candidate.path("signals").path("age_ms").asText());
        return row;
    }

    private static void plan(StringBuilder text, JsonNode told) {
        if (!told.has("plan")) {
            line(text, "nobody: %s", told.path("refusal").asText());
            return;
        }
        line(text, "plan, since %s:", told.path("plan").path("reason").asText());
        int place = 1;
        for (JsonNode attempt : told.path("plan").path("attempts")) {
            JsonNode estimate = attempt.path("estimate");
            line(
                    text,
                    "  %d. %s as %s, %s: $%s, first token after %s s, %s s in all",
                    place,
                    attempt.path("worker").asText(),
                    attempt.path("model").asText(),
                    place == 1 ? "at once" : start(attempt),
                    digits(estimate.path("dollars")),
                    digits(estimate.path("first_token_seconds")),
                    digits(estimate.path("seconds")));
            place++;
        }
    }

    private static String start(JsonNode attempt) {
        String start = attempt.path("start").asText().replace('-', ' ');
        if (attempt.has("after_ms")) {
            return start + " after " + digits(attempt.path("after_ms")) + " ms without anything";
        }
        return attempt.has("min_confidence")
                ? start + " where the confidence is below " + digits(attempt.path("min_confidence"))
                : start;
    }

    private static String models(JsonNode tiers) {
        List<String> named = new ArrayList<>();
        for (JsonNode tier : tiers) {
            List<String> models = new ArrayList<>();
            tier.forEach(choice -> models.add(choice.path("model").asText()));
            named.add(String.join(" or ", models));
        }
        return String.join(", else ", named);
    }

    private static String constraints(JsonNode constraints) {
        List<String> told = new ArrayList<>();
        constraints
                .properties()
                .forEach(each -> told.add(each.getKey().replace('_', '-') + " "
                        + (each.getValue().isArray()
                                ? each.getValue().toString()
                                : each.getValue().asText())));
        return String.join(", ", told);
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    /** Three digits, without an exponent; a question mark for what is unknown. */
    private static String digits(JsonNode number) {
        if (!number.isNumber()) {
            return "?";
        }
        BigDecimal rounded = number.decimalValue().round(new MathContext(3, RoundingMode.HALF_EVEN));
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }
}
