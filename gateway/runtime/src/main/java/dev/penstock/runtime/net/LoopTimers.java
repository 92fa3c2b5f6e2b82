package dev.penstock.runtime.net;

import io.netty.util.collection.LongObjectHashMap;
import io.netty.util.collection.LongObjectMap;
import io.netty.util.concurrent.FastThreadLocal;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Timers that every request sets and hardly any lets run: to set or cancel one costs a few stores. Those of an event loop
 * with the same delay stand in a row, in which they are due in order, and one timer of the loop wakes each row.
 *
 * <p>Source: the "timing lists" of Varghese and Lauck, "Hashed and hierarchical timing wheels" (1987), scheme 2, one list
 * for each delay so that an entry is always appended. Delays are rounded up, to a millisecond or a 64th, to be few.
 */
public final class LoopTimers {
    private static final long GRAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /** As a power of two. */
    private static final int GRAINS_OF_DELAY = 6;

    private static final FastThreadLocal<LoopTimers> OF_LOOP = new FastThreadLocal<>() {
        @Override
        protected LoopTimers initialValue() {
            return new LoopTimers();
        }
    };

    private final Thread thread = Thread.currentThread();
    private final LongObjectMap<Row> rows = new LongObjectHashMap<>();

    private LoopTimers() {}

    /** A task not yet run. */
    @FunctionalInterface
    public interface Timer {
        /** Harmless once it has run. */
        void cancel();
    }

    /** Runs a task on the current event loop, no earlier than after the delay, unless cancelled. */
    public static Timer schedule(Vertx vertx, Duration delay, Runnable task) {
        ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
        if (!context.inThread()) {
            long id = vertx.setTimer(Math.max(1, delay.plusNanos(999_999).toMillis()), fired -> task.run());
            return () -> vertx.cancelTimer(id);
        }
        return OF_LOOP.get().add(context, rounded(Math.max(1, delay.toNanos())), task);
    }

    static long rounded(long nanos) {
        long grain = Math.max(GRAIN_NANOS, Long.highestOneBit(nanos) >> GRAINS_OF_DELAY);
        return Math.ceilDiv(nanos, grain) * grain;
    }

    private Timer add(ContextInternal context, long delayNanos, Runnable task) {
        Row row = rows.get(delayNanos);
        if (row == null) {
            row = new Row();
            rows.put(delayNanos, row);
        }
        Entry entry = new Entry(row, System.nanoTime() + delayNanos, context, task);
        row.append(entry);
        if (!row.armed) {
            row.arm(context, delayNanos);
        }
        return entry;
    }

    private static final class Row {
        private @Nullable Entry first;
        private @Nullable Entry last;
        private boolean armed;

        private void append(Entry entry) {
            entry.before = last;
            if (last == null) {
                first = entry;
            } else {
                last.after = entry;
            }
            last = entry;
        }

        private void remove(Entry entry) {
            if (entry.before == null) {
                first = entry.after;
            } else {
                entry.before.after = entry.after;
            }
            if (entry.after == null) {
                last = entry.before;
            } else {
                entry.after.before = entry.before;
            }
            // Or one that died old would keep the next ones alive until they are old, too, and so on without an end.
            entry.before = null;
            entry.after = null;
        }

        private void arm(ContextInternal context, long delayNanos) {
            armed = true;
            var unused = context.nettyEventLoop().schedule(this::fire, delayNanos, TimeUnit.NANOSECONDS);
        }

        private void fire() {
            armed = false;
            long now = System.nanoTime();
            Entry head = first;
            while (head != null && head.dueNanos - now <= 0) {
                remove(head);
                head.run();
                head = first;
            }
            // Unless a task has just set one, which then armed the row itself.
            if (head != null && !armed) {
                arm(head.context, head.dueNanos - now);
            }
        }
    }

    private final class Entry implements Timer {
        private final Row row;
        private final long dueNanos;
        private final ContextInternal context;
        private @Nullable Runnable task;
        private @Nullable Entry before;
        private @Nullable Entry after;

        private Entry(Row row, long dueNanos, ContextInternal context, Runnable task) {
            this.row = row;
            this.dueNanos = dueNanos;
            this.context = context;
            this.task = task;
        }

        private void run() {
            Runnable due = task;
            task = null;
            if (due != null) {
                context.dispatch(due);
            }
        }

        @Override
        public void cancel() {
            // From another thread it stays in its row, with nothing to run.
            if (task != null && Thread.currentThread() == thread) {
                row.remove(this);
            }
            task = null;
        }
    }
}
