package dev.penstock.routing.policy.pick;

import dev.penstock.routing.Affinity;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.Worker;
import dev.penstock.routing.spi.Candidates;
import dev.penstock.routing.spi.Options;
import dev.penstock.routing.spi.Picker;
import dev.penstock.routing.spi.PickerFactory;
import java.util.List;

/**
 * The same worker for the same key, as long as it is not overloaded: rendezvous hashing with bounded load. Each worker draws
 * {@code -ln(u) / capacity}, with u in (0, 1] from a hash of the key and its id, and the lowest is the key's. A worker whose
 * load would be more than {@code load-factor} times its share of all, by capacity, is passed over; where all are, and where
 * there is no key, it goes by cost. Nothing is shared or remembered, so gateways agree, and a worker that comes or goes moves
 * its own keys only.
 *
 * <p>The key is the beginning of the prompt, {@code prefix-tokens} of it or what whole blocks there are of that, or the
 * session where there is one.
 *
 * <p>Options: {@code load-factor}, from 1 to 100 (1.25); of the prefix, {@code prefix-tokens}, from 1 to 1000000 (256).
 *
 * <p>Source: D. Thaler and C. Ravishankar, "Using Name-Based Mappings to Increase Hit Rates", IEEE/ACM ToN 6(1), 1998, with
 * weights as J. Resch has them; V. Mirrokni, M. Thorup, M. Zadimoghaddam, "Consistent Hashing with Bounded Loads", SODA 2018;
 * SMG's {@code prefix_hash} for 256 tokens and 1.25.
 */
public final class RendezvousPicker implements Picker {
    /** Options of the prefix's. */
    public static final List<String> PREFIX_OPTIONS = List.of("load-factor", "prefix-tokens");

    /** Options of the session's. */
    public static final List<String> SESSION_OPTIONS = List.of("load-factor");

    private static final double UNIT = 0x1.0p-53;

    private final boolean bySession;
    private final double loadFactor;
    private final int prefixTokens;

    /** Registers that of the prefix. */
    public static final class Prefix implements PickerFactory {
        @Override
        public String name() {
            return "rendezvous-prefix";
        }

        @Override
        public Picker create(Options options) {
            options.allow(PREFIX_OPTIONS.toArray(String[]::new));
            return byPrefix(options);
        }
    }

    /** Registers that of the session. */
    public static final class Session implements PickerFactory {
        @Override
        public String name() {
            return "rendezvous-session";
        }

        @Override
        public Picker create(Options options) {
            options.allow(SESSION_OPTIONS.toArray(String[]::new));
            return bySession(options);
        }
    }

    private RendezvousPicker(boolean bySession, Options options) {
        this.bySession = bySession;
        this.loadFactor = options.number("load-factor", 1.25, 1, 100);
        this.prefixTokens = options.integer("prefix-tokens", 256, 1, 1_000_000);
    }

    /** By the beginning of the prompt; other options than its own are not looked at. */
    public static RendezvousPicker byPrefix(Options options) {
        return new RendezvousPicker(false, options);
    }

    /** By the session; other options than its own are not looked at. */
    public static RendezvousPicker bySession(Options options) {
        return new RendezvousPicker(true, options);
    }

    @Override
    public int pick(
            RoutingContext context,
            Candidates candidates,
            LoadView load,
            int[] rows,
            int count,
            double[] costs,
            int[] picked) {
        int many = Math.min(picked.length, count);
        long key = key(context.affinity());
        int within = key == 0 ? 0 : bounded(context, candidates, load, rows, count, costs);
        for (int k = 0; k < within; k++) {
            costs[k] = draw(key, candidates.worker(rows[k]));
        }
        for (int i = 0; i < many; i++) {
            Order.swap(rows, costs, i, Order.least(costs, i, i < within ? within : count));
            picked[i] = rows[i];
        }
        return many;
    }

    private long key(Affinity affinity) {
        if (bySession) {
            return affinity.session();
        }
        long[] blocks = affinity.blocks();
        int last = Math.min(blocks.length, Math.max(1, prefixTokens / affinity.blockTokens())) - 1;
        return last < 0 ? 0 : blocks[last];
    }

    /** Puts those in front whose load with this request is within the bound; returns how many they are. */
    private int bounded(
            RoutingContext context, Candidates candidates, LoadView load, int[] rows, int count, double[] costs) {
        double total = context.places();
        double capacity = 0;
        for (int k = 0; k < count; k++) {
            total += load(candidates, load, rows[k]);
            capacity += candidates.worker(rows[k]).capacity();
        }
        int within = 0;
        for (int k = 0; k < count; k++) {
            double share = total * candidates.worker(rows[k]).capacity() / capacity;
            if (load(candidates, load, rows[k]) + context.places() <= Math.ceil(loadFactor * share)) {
                Order.swap(rows, costs, within++, k);
            }
        }
        return within;
    }

    private static double load(Candidates candidates, LoadView load, int row) {
        int slot = candidates.slot(row);
        return (double) load.inFlight(slot) + load.foreignLoad(slot);
    }

    private static double draw(long key, Worker worker) {
        long hash = mix(key ^ mix(worker.id().value().hashCode()));
        double unit = ((hash >>> 11) + 1) * UNIT; // in (0, 1]
        return -Math.log(unit) / worker.capacity();
    }

    /** The finalizer of MurmurHash3, 64 bits: each bit of the argument changes half of the result's. */
    private static long mix(long value) {
        long mixed = (value ^ (value >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 33);
    }
}
