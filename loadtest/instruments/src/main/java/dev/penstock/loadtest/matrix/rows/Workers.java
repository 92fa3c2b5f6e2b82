package dev.penstock.loadtest.matrix.rows;

import dev.penstock.loadtest.faults.FaultProxy;
import dev.penstock.loadtest.matrix.FaultBench;
import dev.penstock.loadtest.mock.MockEngine;
import dev.penstock.loadtest.mock.MockSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Mocks as workers. */
final class Workers {
    private Workers() {}

    /** The ports of mocks. */
    static List<Integer> ports(List<MockEngine> workers) {
        return workers.stream().map(worker -> worker.uri().getPort()).toList();
    }

    /** Requests that have come to any of them. */
    static long requests(List<MockEngine> workers) {
        return workers.stream()
                .mapToLong(worker -> worker.counters().requests())
                .sum();
    }

    /** As many mocks, each behind a proxy. */
    static List<FaultProxy> behindProxies(FaultBench bench, int count, MockSettings settings) throws IOException {
        List<FaultProxy> proxies = new ArrayList<>();
        for (MockEngine worker : bench.mocks(count, settings)) {
            proxies.add(bench.proxy(worker.uri().getPort()));
        }
        return proxies;
    }
}
