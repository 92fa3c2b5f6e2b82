package dev.penstock.routing.policy;

import dev.penstock.routing.Affinity;
import dev.penstock.routing.Forecast;
import dev.penstock.routing.LoadView;
import dev.penstock.routing.ModelChoice;
import dev.penstock.routing.RoutePlan.Attempt;
import dev.penstock.routing.RoutingContext;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Worker;
import dev.penstock.routing.policy.score.Prediction;
import dev.penstock.routing.spi.Candidates;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one decision is made on: the candidates of a tier as this request sees them, and the arrays it is worked out in. A
 * thread has one and uses it again and again, so that nothing but the plan is allocated.
 */
final class Decision implements Candidates {
    /** The most workers that are asked what they have in their caches: few have much of a prompt. */
    private static final int MAX_CACHED = 128;

    private static final int FIRST_ROWS = 64;
    private static final ThreadLocal<Decision> OF_THREAD = ThreadLocal.withInitial(Decision::new);

    int[] rows = new int[FIRST_ROWS];
    /** The rows as they were before the last filter. */
    int[] before = new int[FIRST_ROWS];

    int[] group = new int[FIRST_ROWS];
    double[] costs = new double[FIRST_ROWS];
    /** The filter that was asked last, and how many rows were left to it. */
    int entering;

    int entered;
    private final int[][] picked = new int[16][];

    private Attempt[] attempts = new Attempt[4];
    private int planned;
    private @Nullable Prediction prediction;

    private boolean used;
    private CandidateTable table = CandidateTable.EMPTY;
    private List<ModelChoice> tier = List.of();
    private double bestQuality = Double.NaN;
    /** By choice, as the tier has them. */
    private double[] qualities = new double[4];

    private @Nullable RoutingContext context;
    private @Nullable LoadView load;

    private boolean cachesRead;
    private int cachedRows;
    private double[] cachedTokens = new double[FIRST_ROWS];
    private final int[] rowsWithCache = new int[MAX_CACHED];
    private final int[] cacheSlots = new int[MAX_CACHED];
    private final int[] cacheBlocks = new int[MAX_CACHED];

    private Decision() {}

    /** This thread's, or another where that is in use: by a policy that asks another. */
    static Decision begin() {
        Decision own = OF_THREAD.get();
        Decision free = own.used ? new Decision() : own;
        free.used = true;
        return free;
    }

    /** Forgets what it was about. */
    void end() {
        forgetCaches();
        Arrays.fill(attempts, 0, planned, null);
        planned = 0;
        prediction = null;
        table = CandidateTable.EMPTY;
        tier = List.of();
        context = null;
        load = null;
        used = false;
    }

    /** Sets it to a tier, with all of its rows. */
    void open(CandidateTable table, List<ModelChoice> tier, RoutingContext context, LoadView load) {
        forgetCaches();
        this.table = table;
        this.tier = tier;
        this.context = context;
        this.load = load;
        judge(tier);
        int size = table.size();
        if (rows.length < size) {
            int length = Math.max(size, 2 * rows.length);
            rows = new int[length];
            before = new int[length];
            group = new int[length];
            costs = new double[length];
            cachedTokens = new double[length];
        }
        for (int row = 0; row < size; row++) {
            rows[row] = row;
        }
        cachesRead = context.affinity().blocks().length == 0;
    }

    private void judge(List<ModelChoice> tier) {
        int models = tier.size();
        qualities = qualities.length < models ? new double[models] : qualities;
        bestQuality = Double.NaN;
        for (int i = 0; i < models; i++) {
            double quality = tier.get(i).quality();
            qualities[i] = quality;
            if (!(quality <= bestQuality) && !Double.isNaN(quality)) {
                bestQuality = quality;
            }
        }
    }

    private void forgetCaches() {
        for (int i = 0; i < cachedRows; i++) {
            cachedTokens[rowsWithCache[i]] = 0;
        }
        cachedRows = 0;
    }

    private void readCaches() {
        cachesRead = true;
        RoutingContext asked = context;
        LoadView view = load;
        if (asked == null || view == null) {
            return;
        }
        Affinity affinity = asked.affinity();
        for (int choice = 0; choice < tier.size(); choice++) {
            int found = view.cachedBlocks(tier.get(choice).model(), affinity, cacheSlots, cacheBlocks);
            for (int i = 0; i < found && cachedRows < MAX_CACHED; i++) {
                int row = table.row(choice, cacheSlots[i]);
                if (row >= 0) {
                    double tokens = (double) cacheBlocks[i] * affinity.blockTokens();
                    cachedTokens[row] = Math.min(tokens, asked.demand().promptTokens());
                    rowsWithCache[cachedRows++] = row;
                }
            }
        }
    }

    /** How many attempts the plan has. */
    int planned() {
        return planned;
    }

    Attempt attempt(int index) {
        return attempts[index];
    }

    /** Whether the plan has that worker as that model. */
    boolean plans(int row) {
        for (int i = 0; i < planned; i++) {
            if (attempts[i].worker().slot() == slot(row)
                    && attempts[i].model().id().equals(model(row).id())) {
                return true;
            }
        }
        return false;
    }

    void add(Attempt attempt) {
        if (planned == attempts.length) {
            attempts = Arrays.copyOf(attempts, 2 * planned);
        }
        attempts[planned++] = attempt;
    }

    /** The attempts of the plan, at least one. */
    List<Attempt> attempts() {
        return switch (planned) {
            case 1 -> List.of(attempts[0]);
            case 2 -> List.of(attempts[0], attempts[1]);
            case 3 -> List.of(attempts[0], attempts[1], attempts[2]);
            default -> List.of(Arrays.copyOf(attempts, planned));
        };
    }

    Prediction prediction(RoutingContext context) {
        Prediction known = prediction;
        if (known == null) {
            known = new Prediction(context);
            prediction = known;
        }
        return known;
    }

    /** An array of that length for what is picked. */
    int[] picked(int length) {
        if (length >= picked.length) {
            return new int[length];
        }
        int[] kept = picked[length];
        if (kept == null) {
            kept = new int[length];
            picked[length] = kept;
        }
        return kept;
    }

    /** Costs of nought for so many. */
    double[] noCosts(int count) {
        Arrays.fill(costs, 0, count, 0);
        return costs;
    }

    @Override
    public int size() {
        return table.size();
    }

    @Override
    public Worker worker(int row) {
        return table.workers[row];
    }

    @Override
    public int slot(int row) {
        return table.slots[row];
    }

    @Override
    public int capacity(int row) {
        return table.capacities[row];
    }

    @Override
    public ServedModel model(int row) {
        return table.models[row];
    }

    @Override
    public long capabilities(int row) {
        return table.capabilities[row];
    }

    @Override
    public double quality(int row) {
        return qualities[table.choices[row]];
    }

    @Override
    public double bestQuality() {
        return bestQuality;
    }

    @Override
    public Forecast forecast(int row) {
        return table.forecasts[row];
    }

    @Override
    public double cachedTokens(int row) {
        if (!cachesRead) {
            readCaches();
        }
        return cachedTokens[row];
    }

    @Override
    public double dollars(
            int row, double promptTokens, double cachedTokens, double completionTokens, double busySeconds) {
        double[] prices = table.prices;
        int first = 4 * row;
        return (promptTokens - cachedTokens) * prices[first]
                + cachedTokens * prices[first + 1]
                + completionTokens * prices[first + 2]
                + busySeconds * prices[first + 3];
    }
}
