package dev.penstock.loadtest.matrix.rows;

import dev.penstock.loadtest.generator.LoadPlan;
import dev.penstock.loadtest.generator.LoadResult;
import dev.penstock.loadtest.generator.Mix;
import dev.penstock.loadtest.matrix.FaultBench;
import dev.penstock.loadtest.matrix.FaultRow;
import dev.penstock.loadtest.matrix.GatewayFile;
import dev.penstock.loadtest.matrix.GatewayNode;
import dev.penstock.loadtest.matrix.Loads;
import dev.penstock.loadtest.matrix.Measured;
import dev.penstock.loadtest.matrix.Waiting;
import dev.penstock.loadtest.mock.MockEngine;
import dev.penstock.loadtest.mock.MockSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** The configuration changes again and again under load, and now and then for the worse. */
final class ConfigReloads implements FaultRow {
    private static final Duration TAKEN_LIMIT = Duration.ofSeconds(10);
    private static final int BAD_EACH = 10;
    private static final int TOKENS = 20;

    @Override
    public String name() {
        return "config-reloads";
    }

    @Override
    public String fault() {
        return "config reload 1,000 times under load (quick: 100), each tenth with a bad file";
    }

    @Override
    public String expected() {
        return "0 failures; each good file is in use, each bad one refused and the old one kept";
    }

    @Override
    public Measured run(FaultBench bench) throws IOException, InterruptedException {
        List<MockEngine> workers = bench.mocks(
                2,
                MockSettings.instant()
                        .withKey(Loads.key(bench.seed()))
                        .withPace(Duration.ofMillis(10), Duration.ofMillis(10)));
        GatewayFile file = GatewayFile.before(Workers.ports(workers));
        GatewayNode gateway = bench.gateway(file);
        int reloads = bench.count(1000, 100);
        int[] taken = new int[2];
        LoadPlan plan = Loads.plan(
                bench, gateway.api(), new Mix(1, 1, 0), bench.count(200, 100), TOKENS, Duration.ofSeconds(5));
        List<LoadResult> results = Loads.runUntil(bench, plan, () -> {
            int capacity = 512;
            for (int i = 1; i <= reloads; i++) {
                if (i % BAD_EACH == 0) {
                    taken[1] += refused(gateway, capacity) ? 1 : 0;
                } else {
                    capacity = 1000 + i;
                    taken[0] += taken(gateway, file, capacity) ? 1 : 0;
                }
            }
        });
        int bad = reloads / BAD_EACH;
        Measured.Figures figures = new Measured.Figures()
                .exactly("good files in use of " + (reloads - bad), taken[0], reloads - bad)
                .exactly("bad files refused of " + bad, taken[1], bad);
        return Loads.noOther(figures, "failed requests", results).measured();
    }

    /** Each file has another capacity, which tells that it is in use, and other clocks, which take other connections. */
    private static boolean taken(GatewayNode gateway, GatewayFile file, int capacity)
            throws IOException, InterruptedException {
        gateway.rewrite(file.withCapacity(capacity).with("clocks", "{connect: " + capacity + "ms}"));
        gateway.process().signal("HUP");
        return !Double.isNaN(Waiting.millisUntil(TAKEN_LIMIT, () -> capacity(gateway) == capacity));
    }

    private static boolean refused(GatewayNode gateway, int capacity) throws IOException, InterruptedException {
        long before = refusals(gateway);
        gateway.rewrite("listener: {port: many}\n");
        gateway.process().signal("HUP");
        double millis = Waiting.millisUntil(TAKEN_LIMIT, () -> refusals(gateway) > before);
        return !Double.isNaN(millis) && capacity(gateway) == capacity;
    }

    private static int capacity(GatewayNode gateway) throws IOException, InterruptedException {
        return gateway.worker("w0").path("capacity").asInt();
    }

    private static long refusals(GatewayNode gateway) throws IOException {
        try (Stream<String> lines = Files.lines(gateway.process().log())) {
            return lines.filter(line -> line.contains("configuration refused")).count();
        }
    }
}
