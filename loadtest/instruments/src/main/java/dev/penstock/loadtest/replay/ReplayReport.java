package dev.penstock.loadtest.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.penstock.loadtest.report.Table;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** A replay for a person, and for a program. */
public final class ReplayReport {
    private static final int MOST_SHARES = 20;
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private ReplayReport() {}

    /** As text, tables among it. */
    public static String text(ReplayResult result) {
        StringBuilder text = new StringBuilder();
        line(text, "%d decisions, %d compared with %s", result.decisions(), result.compared(), result.policy());
        new TreeMap<>(result.leftOut()).forEach((why, count) -> line(text, "left out: %d, %s", count, why));
        if (result.compared() == 0) {
            return text.toString();
        }
        if (result.candidatesLeftOut() > 0) {
            line(text, "of %d the log has not all candidates", result.candidatesLeftOut());
        }
        if (result.unknownPolicy() > 0) {
            line(
                    text,
                    "%d were made by a policy that is not here: they count by forecasts alone",
                    result.unknownPolicy());
        }
        line(
                text,
                "it decides otherwise in %s, for nobody in %s; what both decide alike counts as %.0f decisions",
                percent(result.differs()),
                percent(result.nobody()),
                result.effective());
        text.append('\n')
                .append(figures(result).text())
                .append('\n')
                .append(shares(result).text());
        return text.toString();
    }

    private static void line(StringBuilder text, String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private static Table figures(ReplayResult result) {
        return new Table(
                "per request",
                List.of("per request", "then", "95 %", result.policy(), "95 %", "difference", "95 %", "by forecasts"),
                result.figures().stream()
                        .map(figure -> List.of(
                                figure.name(),
                                digits(figure.then().value()),
                                range(figure.then()),
                                digits(figure.other().value()),
                                range(figure.other()),
                                digits(figure.difference().value()),
                                range(figure.difference()),
                                digits(figure.forecast().value())))
                        .toList());
    }

    private static Table shares(ReplayResult result) {
        return new Table(
                "shares",
                List.of("worker and model", "then", result.policy()),
                result.shares().stream()
                        .limit(MOST_SHARES)
                        .map(share -> List.of(share.choice(), percent(share.then()), percent(share.other())))
                        .toList());
    }

    private static String range(Interval interval) {
        return digits(interval.low()) + ".." + digits(interval.high());
    }

    private static String percent(double part) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * part);
    }

    /** Four digits, without an exponent. */
    private static String digits(double value) {
        if (!Double.isFinite(value)) {
            return "?";
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(4, RoundingMode.HALF_EVEN));
        return rounded.signum() == 0 ? "0" : rounded.stripTrailingZeros().toPlainString();
    }

    /** As JSON, with a line end. */
    public static String json(ReplayResult result) {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(result) + "\n";
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("records of numbers and texts", impossible);
        }
    }
}
