package dev.penstock.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** What was used, for ever: an entry a request, appended once. */
public final class Ledger {
    private static final String INSERT = """
            insert into ledger (id, at, node, request_id, tenant, project, api_key, operation, model_asked, model_served,
              worker, site, policy, cache, outcome, attempts, prompt_tokens, cached_tokens, completion_tokens,
              reasoning_tokens, estimated, nano_usd, saved_nano_usd, first_token_micros, total_micros)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict do nothing""";

    private final Database database;

    /** The ledger of a store. */
    public Ledger(Database database) {
        this.database = database;
    }

    /** What a report is divided by. */
    public enum Dimension {
        /** Who is billed. */
        TENANT("tenant"),
        /** A part of a tenant. */
        PROJECT("project"),
        /** The key. */
        KEY("api_key"),
        /** The name that was asked for. */
        MODEL_ASKED("model_asked"),
        /** The model that answered. */
        MODEL("model_served"),
        /** Where it ran. */
        WORKER("worker"),
        /** The site of that. */
        SITE("site"),
        /** How memory answered: {@code exact}, {@code semantic}, {@code miss}, {@code bypass}, or not at all. */
        CACHE("cache"),
        /** How requests ended. */
        OUTCOME("outcome"),
        /** The hour, in UTC. */
        HOUR("hour"),
        /** The day, in UTC. */
        DAY("day"),
        /** The month, in UTC. */
        MONTH("month");

        private final String column;

        Dimension(String column) {
            this.column = column;
        }

        private String sql() {
            return switch (this) {
                case HOUR, DAY, MONTH -> "date_trunc('" + column + "', at at time zone 'UTC')";
                default -> column;
            };
        }

        /** As it is named in requests and reports. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * A line of a report.
     *
     * @param group what it is of, a value a dimension
     * @param nanoUsd the sum of the costs that are known, in billionths of a dollar
     * @param unpriced requests whose cost is not known
     */
    public record Line(
            List<String> group,
            long requests,
            long promptTokens,
            long cachedTokens,
            long completionTokens,
            long reasoningTokens,
            long nanoUsd,
            long savedNanoUsd,
            long unpriced) {
        public Line {
            group = List.copyOf(group);
        }
    }

    /**
     * Appends entries, all or none; those that are there already are left as they are. What is drawn from leases is settled
     * with them.
     *
     * @return how many were new
     * @throws StoreException.Unavailable where it cannot be said whether they are there: append them again
     */
    public int append(List<LedgerEntry> entries) {
        if (entries.isEmpty()) {
            return 0;
        }
        return database.write(handle -> {
            int[] counts = insert(handle, entries);
            Map<String, Long> drawn = new TreeMap<>();
            int fresh = 0;
            for (int i = 0; i < counts.length; i++) {
                if (counts[i] == 1) {
                    fresh++;
                    entries.get(i).draws().forEach(draw -> drawn.merge(draw.lease(), draw.amount(), Math::addExact));
                }
            }
            Budgets.settle(handle, drawn);
            return fresh;
        });
    }

    private static int[] insert(Handle handle, List<LedgerEntry> entries) {
        try (PreparedStatement statement = handle.getConnection().prepareStatement(INSERT)) {
            for (LedgerEntry entry : entries) {
                bind(statement, entry);
                statement.addBatch();
            }
            return statement.executeBatch();
        } catch (SQLException failure) {
            throw Database.failed(failure);
        }
    }

    private static void bind(PreparedStatement statement, LedgerEntry entry) throws SQLException {
        int at = 0;
        statement.setString(++at, entry.id());
        statement.setTimestamp(++at, Timestamp.from(entry.at()));
        for (String text : List.of(
                entry.node(),
                entry.requestId(),
                entry.tenant(),
                entry.project(),
                entry.key(),
                entry.operation(),
                entry.modelAsked(),
                entry.modelServed(),
                entry.worker(),
                entry.site(),
                entry.policy(),
                entry.cache(),
                entry.outcome())) {
            statement.setString(++at, text);
        }
        statement.setInt(++at, entry.attempts());
        statement.setLong(++at, entry.tokens().prompt());
        statement.setLong(++at, entry.tokens().cached());
        statement.setLong(++at, entry.tokens().completion());
        statement.setLong(++at, entry.tokens().reasoning());
        statement.setBoolean(++at, entry.tokens().estimated());
        bind(statement, ++at, entry.nanoUsd());
        statement.setLong(++at, entry.savedNanoUsd());
        bind(statement, ++at, entry.firstTokenMicros());
        statement.setLong(++at, entry.totalMicros());
    }

    private static void bind(PreparedStatement statement, int at, OptionalLong value) throws SQLException {
        if (value.isPresent()) {
            statement.setLong(at, value.getAsLong());
        } else {
            statement.setNull(at, Types.BIGINT);
        }
    }

    /**
     * Sums, by group.
     *
     * @param by what to divide by, in this order; none gives one line
     * @param from the first moment that counts
     * @param until the first that does not
     * @param most lines at most, the dearest first
     */
    public List<Line> report(List<Dimension> by, Instant from, Instant until, int most) {
        String columns = by.stream().map(Dimension::sql).collect(Collectors.joining(", "));
        String sql = "select " + (by.isEmpty() ? "" : columns + ", ")
                + "count(*), coalesce(sum(prompt_tokens), 0), coalesce(sum(cached_tokens), 0),"
                + " coalesce(sum(completion_tokens), 0), coalesce(sum(reasoning_tokens), 0),"
                + " coalesce(sum(nano_usd), 0) as usd, coalesce(sum(saved_nano_usd), 0), count(*) - count(nano_usd)"
                + " from ledger where at >= ? and at < ?"
                + (by.isEmpty() ? "" : " group by " + columns)
                + " order by usd desc" + (by.isEmpty() ? "" : ", " + columns) + " limit ?";
        return database.read(handle -> handle.select(sql, Timestamp.from(from), Timestamp.from(until), most)
                .map((row, context) -> {
                    List<String> group = new ArrayList<>();
                    int at = 0;
                    for (Dimension dimension : by) {
                        String value = row.getString(++at);
                        group.add(
                                switch (dimension) {
                                    case HOUR -> value.substring(0, 13).replace(' ', 'T') + ":00Z";
                                    case DAY -> value.substring(0, 10);
                                    case MONTH -> value.substring(0, 7);
                                    default -> value;
                                });
                    }
                    return new Line(
                            group,
                            row.getLong(++at),
                            row.getLong(++at),
                            row.getLong(++at),
                            row.getLong(++at),
                            row.getLong(++at),
                            row.getLong(++at),
                            row.getLong(++at),
                            row.getLong(++at));
                })
                .list());
    }
}
