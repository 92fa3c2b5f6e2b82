package dev.penstock.gateway.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.protocol.ApiError;
import dev.penstock.store.Ledger.Dimension;
import dev.penstock.store.Ledger.Line;
import dev.penstock.store.StoreException;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code GET /admin/usage}: what was used, summed. Query parameters: {@code group_by}, of {@link Dimension}, separated by
 * commas; {@code from} and {@code to}, days or instants in UTC, {@code from} the first of this month and {@code to} now where
 * they are left out; {@code limit}, 1,000 lines by default; {@code format}, {@code json} or {@code csv}.
 */
final class UsageHandler implements Handler<HttpServerRequest> {
    static final String PATH = "/admin/usage";

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int DEFAULT_LINES = 1_000;
    private static final int MAX_LINES = 100_000;
    private static final String NUMBERS = "requests,prompt_tokens,cached_tokens,completion_tokens,reasoning_tokens,"
            + "cost_usd,saved_usd,unpriced_requests";

    private final Vertx vertx;
    private final Optional<Usage> usage;
    private final InstantSource clock;

    UsageHandler(Vertx vertx, Optional<Usage> usage, InstantSource clock) {
        this.vertx = vertx;
        this.usage = usage;
        this.clock = clock;
    }

    private record Asked(List<Dimension> by, Instant from, Instant until, int most, boolean csv) {}

    @Override
    public void handle(HttpServerRequest request) {
        if (usage.isEmpty()) {
            AdminAnswer.send(
                    request, ApiError.invalid(404, "no ledger is kept (expected: `store` in the configuration)"));
            return;
        }
        Asked asked;
        try {
            asked = asked(request);
        } catch (IllegalArgumentException refused) {
            AdminAnswer.send(request, ApiError.invalid(400, String.valueOf(refused.getMessage())));
            return;
        }
        String type = asked.csv() ? "text/csv; charset=utf-8" : AdminAnswer.JSON;
        vertx.executeBlocking(() -> told(usage.get(), asked), false)
                .onSuccess(text -> AdminAnswer.send(request, 200, type, text))
                .onFailure(failure -> refuse(request, failure));
    }

    private Asked asked(HttpServerRequest request) {
        Instant now = clock.instant();
        Instant month = now.atZone(ZoneOffset.UTC)
                .toLocalDate()
                .withDayOfMonth(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
        Instant from = instant(request, "from").orElse(month);
        Instant until = instant(request, "to").orElse(now.plusSeconds(1));
        if (!from.isBefore(until)) {
            throw new IllegalArgumentException("from: " + from + " (expected: before to, " + until + ")");
        }
        return new Asked(dimensions(parameter(request, "group_by", "")), from, until, lines(request), csv(request));
    }

    private static String parameter(HttpServerRequest request, String name, String otherwise) {
        return Optional.ofNullable(request.getParam(name)).orElse(otherwise);
    }

    private static List<Dimension> dimensions(String text) {
        List<Dimension> by = new ArrayList<>();
        for (String name : text.isBlank() ? new String[0] : text.split(",", -1)) {
            Dimension found = Arrays.stream(Dimension.values())
                    .filter(each -> each.label().equals(name.strip().replace('_', '-')))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("group_by: one that there is not (expected: "
                            + Arrays.stream(Dimension.values())
                                    .map(Dimension::label)
                                    .collect(Collectors.joining(", "))
                            + ")"));
            if (by.contains(found)) {
                throw new IllegalArgumentException("group_by: " + found.label() + " twice (expected: once)");
            }
            by.add(found);
        }
        return by;
    }

    private static Optional<Instant> instant(HttpServerRequest request, String name) {
        return Optional.ofNullable(request.getParam(name)).map(text -> {
            try {
                return text.length() == 10
                        ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                        : Instant.parse(text);
            } catch (DateTimeParseException malformed) {
                throw new IllegalArgumentException(
                        name + ": no moment (expected: 2026-11-01 or 2026-11-01T00:00:00Z)", malformed);
            }
        });
    }

    private static int lines(HttpServerRequest request) {
        String text = parameter(request, "limit", Integer.toString(DEFAULT_LINES));
        try {
            int lines = Integer.parseInt(text);
            if (lines >= 1 && lines <= MAX_LINES) {
                return lines;
            }
        } catch (NumberFormatException none) {
            // Said below, as of any other that will not do.
        }
        throw new IllegalArgumentException("limit: not a number of lines (expected: 1 to " + MAX_LINES + ")");
    }

    private static boolean csv(HttpServerRequest request) {
        return switch (parameter(request, "format", "json")) {
            case "json" -> false;
            case "csv" -> true;
            default -> throw new IllegalArgumentException("format: not one there is (expected: json, csv)");
        };
    }

    private static String told(Usage usage, Asked asked) throws JsonProcessingException {
        List<Line> lines = usage.report(asked.by(), asked.from(), asked.until(), asked.most());
        return asked.csv() ? csv(asked, lines) : json(asked, lines, usage.waiting());
    }

    private static String json(Asked asked, List<Line> lines, long waiting) throws JsonProcessingException {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("from", asked.from().toString());
        root.put("to", asked.until().toString());
        root.put("waiting", waiting);
        ArrayNode all = root.putArray("usage");
        for (Line line : lines) {
            ObjectNode node = all.addObject();
            for (int i = 0; i < asked.by().size(); i++) {
                node.put(
                        asked.by().get(i).label().replace('-', '_'),
                        line.group().get(i));
            }
            node.put("requests", line.requests());
            node.put("prompt_tokens", line.promptTokens());
            node.put("cached_tokens", line.cachedTokens());
            node.put("completion_tokens", line.completionTokens());
            node.put("reasoning_tokens", line.reasoningTokens());
            node.put("cost_usd", dollars(line.nanoUsd()));
            node.put("saved_usd", dollars(line.savedNanoUsd()));
            node.put("unpriced_requests", line.unpriced());
        }
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private static String csv(Asked asked, List<Line> lines) {
        StringBuilder text = new StringBuilder();
        asked.by().forEach(by -> text.append(by.label().replace('-', '_')).append(','));
        text.append(NUMBERS).append("\r\n");
        for (Line line : lines) {
            line.group().forEach(value -> text.append(cell(value)).append(','));
            text.append(Stream.of(
                            line.requests(),
                            line.promptTokens(),
                            line.cachedTokens(),
                            line.completionTokens(),
                            line.reasoningTokens(),
                            dollars(line.nanoUsd()).toPlainString(),
                            dollars(line.savedNanoUsd()).toPlainString(),
                            line.unpriced())
                    .map(String::valueOf)
                    .collect(Collectors.joining(",")));
            text.append("\r\n");
        }
        return text.toString();
    }

    /** RFC 4180; what a spreadsheet would take for a formula is taken for text. */
    static String cell(String value) {
        String safe = !value.isEmpty() && "=+-@\t\r".indexOf(value.charAt(0)) >= 0 ? "'" + value : value;
        return safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
                ? '"' + safe.replace("\"", "\"\"") + '"'
                : safe;
    }

    private static BigDecimal dollars(long nanos) {
        return BigDecimal.valueOf(nanos, 9)
                .stripTrailingZeros()
                .setScale(Math.max(
                        0, BigDecimal.valueOf(nanos, 9).stripTrailingZeros().scale()));
    }

    private static void refuse(HttpServerRequest request, Throwable failure) {
        if (failure instanceof StoreException.Unavailable down) {
            AdminAnswer.send(request, ApiError.server(503, "store_unavailable", String.valueOf(down.getMessage())));
        } else {
            AdminAnswer.internal(request, failure);
        }
    }
}
