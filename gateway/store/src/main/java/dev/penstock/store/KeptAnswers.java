package dev.penstock.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/**
 * Answers of the cache, for gateways that start: what several of them learned, where they share a database. Nothing rests on
 * it: what is not here is asked for again. Each change takes one row's lock, so that gateways which write, purge and trim the
 * same answers at once wait in a row.
 */
public final class KeptAnswers {
    /** Read at once: with the longest answers 32 MiB. */
    private static final int PAGE = 32;

    /** Later than any that is kept. */
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    private static final String INSERT = """
            insert into kept_answer (name, tenant, api_key, model, sealed, bytes, created_at, expires_at)
            values (?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String DELETE = "delete from kept_answer where name = ?";

    /** Those that have not expired, from one on towards the older. */
    private static final String NEWEST = """
            select name, tenant, api_key, model, sealed, bytes, created_at, expires_at from kept_answer
            where created_at <= ? and (created_at < ? or name < ?) and expires_at > ?
            order by created_at desc, name desc limit ?""";

    /** The first that is too much, from the newest on. */
    private static final String BEYOND = """
            select created_at, name from (
              select created_at, name, sum(bytes) over (order by created_at desc, name desc) as total from kept_answer
            ) as summed where total > ? order by created_at desc, name desc limit 1""";

    private final Database database;

    /** The answers of a store. */
    public KeptAnswers(Database database) {
        this.database = database;
    }

    /**
     * Keeps answers, each in place of one of its name; all or none. Of two with one name the later in the list is kept.
     *
     * @throws StoreException.Unavailable where it cannot be said whether they are kept: save them again
     */
    public void save(List<KeptAnswer> answers) {
        if (answers.isEmpty()) {
            return;
        }
        Map<String, KeptAnswer> byName = new LinkedHashMap<>();
        answers.forEach(answer -> byName.put(answer.name(), answer));
        change(handle -> {
            delete(handle, byName.keySet());
            try (PreparedStatement insert = handle.getConnection().prepareStatement(INSERT)) {
                for (KeptAnswer answer : byName.values()) {
                    bind(insert, answer);
                    insert.addBatch();
                }
                return insert.executeBatch().length;
            }
        });
    }

    private static void bind(PreparedStatement insert, KeptAnswer answer) throws SQLException {
        insert.setString(1, answer.name());
        insert.setString(2, answer.tenant());
        insert.setString(3, answer.key());
        insert.setString(4, answer.model());
        insert.setBytes(5, answer.sealed());
        insert.setLong(6, answer.bytes());
        insert.setTimestamp(7, Timestamp.from(answer.created()));
        insert.setTimestamp(8, Timestamp.from(answer.expires()));
    }

    /**
     * Forgets those of these names.
     *
     * @return how many there were
     */
    public int delete(Collection<String> names) {
        return names.isEmpty() ? 0 : change(handle -> delete(handle, names));
    }

    private static int delete(Handle handle, Collection<String> names) throws SQLException {
        try (PreparedStatement delete = handle.getConnection().prepareStatement(DELETE)) {
            for (String name : names) {
                delete.setString(1, name);
                delete.addBatch();
            }
            int deleted = 0;
            for (int count : delete.executeBatch()) {
                deleted += count;
            }
            return deleted;
        }
    }

    /**
     * Forgets those of a tenant, a key and a model; what is not given is any.
     *
     * @param createdUntil those made later stay
     * @return how many there were
     */
    public int purge(Optional<String> tenant, Optional<String> key, Optional<String> model, Instant createdUntil) {
        StringBuilder sql = new StringBuilder("delete from kept_answer where created_at <= ?");
        List<Object> arguments = new ArrayList<>(List.of(Timestamp.from(createdUntil)));
        tenant.ifPresent(id -> {
            sql.append(" and tenant = ?");
            arguments.add(Texts.id(id));
        });
        key.ifPresent(id -> {
            sql.append(" and api_key = ?");
            arguments.add(Texts.id(id));
        });
        model.ifPresent(name -> {
            sql.append(" and model = ?");
            arguments.add(Texts.model(name));
        });
        return change(handle -> Database.changed(handle, sql.toString(), arguments.toArray()));
    }

    /**
     * Forgets those that have expired.
     *
     * @return how many there were
     */
    public int removeExpired(Instant now) {
        return change(handle ->
                Database.changed(handle, "delete from kept_answer where expires_at <= ?", Timestamp.from(now)));
    }

    /**
     * Forgets the oldest, so that the others count as no more than so many bytes.
     *
     * @return how many had to go
     */
    public int trim(long maxBytes) {
        return change(handle -> handle.select(BEYOND, maxBytes)
                .map((row, context) -> new Place(row.getTimestamp(1), row.getString(2)))
                .findOne()
                .map(first -> Database.changed(
                        handle,
                        "delete from kept_answer where created_at <= ? and (created_at < ? or name <= ?)",
                        first.created(),
                        first.created(),
                        first.name()))
                .orElse(0));
    }

    /** Of an answer among the others by age. */
    private record Place(Timestamp created, String name) {}

    /**
     * Reads the newest, newest first, a few at a time: no more of them are in memory than are being read, but for those that
     * the consumer keeps. What is written meanwhile may be among them.
     *
     * @param maxBytes as many as count as no more than this
     * @param now those that have expired by then are left out
     * @param consumer is called on this thread
     * @return what those that were read count as, bytes
     */
    public long load(long maxBytes, Instant now, Consumer<KeptAnswer> consumer) {
        long bytes = 0;
        Optional<Place> last = Optional.empty();
        while (true) {
            List<KeptAnswer> page = page(last, now);
            for (KeptAnswer answer : page) {
                if (bytes + answer.bytes() > maxBytes) {
                    return bytes;
                }
                bytes += answer.bytes();
                consumer.accept(answer);
            }
            if (page.size() < PAGE) {
                return bytes;
            }
            last = Optional.of(new Place(
                    Timestamp.from(page.getLast().created()), page.getLast().name()));
        }
    }

    private List<KeptAnswer> page(Optional<Place> last, Instant now) {
        Place from = last.orElseGet(() -> new Place(Timestamp.from(LATEST), ""));
        return database.read(
                handle -> handle.select(NEWEST, from.created(), from.created(), from.name(), Timestamp.from(now), PAGE)
                        .map((row, context) -> new KeptAnswer(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                row.getString(4),
                                row.getBytes(5),
                                row.getLong(6),
                                row.getTimestamp(7).toInstant(),
                                row.getTimestamp(8).toInstant()))
                        .list());
    }

    private interface Change {
        int in(Handle handle) throws SQLException;
    }

    private int change(Change change) {
        return database.write(handle -> {
            handle.select("select one from kept_answer_lock for update")
                    .mapTo(Integer.class)
                    .one();
            try {
                return change.in(handle);
            } catch (SQLException failure) {
                throw Database.failed(failure);
            }
        });
    }
}
