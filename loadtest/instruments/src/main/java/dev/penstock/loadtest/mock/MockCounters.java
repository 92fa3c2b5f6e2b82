package dev.penstock.loadtest.mock;

import java.util.EnumMap;
import java.util.Map;

/**
 * What a mock has seen of requests of the API since it started. Each is in flight, or has ended in one of {@code answered},
 * {@code refused}, {@code limited}, {@code abandoned} and {@code failed}.
 *
 * @param requests whose head has come
 * @param answered right and whole
 * @param refused for being wrong, with a 4xx
 * @param limited for being too many, with 503
 * @param abandoned by their clients before the end of the answer
 * @param failed by a fault, as was meant
 * @param inFlight that have come and not ended
 * @param streamsInFlight the streams among them whose head is written
 * @param faults how many of each; a slow answer is one of {@code answered}, too
 */
public record MockCounters(
        long requests,
        long answered,
        long refused,
        long limited,
        long abandoned,
        long failed,
        long inFlight,
        long streamsInFlight,
        Map<Fault, Long> faults) {
    /** Counters of these numbers. */
    public MockCounters {
        faults = Map.copyOf(faults);
    }

    /** How often a fault was acted out. */
    public long faults(Fault fault) {
        return faults.getOrDefault(fault, 0L);
    }

    /** As {@code GET /mock/stats} answers. */
    public String json() {
        StringBuilder json = new StringBuilder(400)
                .append("{\"requests\":")
                .append(requests)
                .append(",\"answered\":")
                .append(answered)
                .append(",\"refused\":")
                .append(refused)
                .append(",\"limited\":")
                .append(limited)
                .append(",\"abandoned\":")
                .append(abandoned)
                .append(",\"failed\":")
                .append(failed)
                .append(",\"in_flight\":")
                .append(inFlight)
                .append(",\"streams_in_flight\":")
                .append(streamsInFlight)
                .append(",\"faults\":{");
        String comma = "";
        for (Map.Entry<Fault, Long> each : inOrder().entrySet()) {
            json.append(comma)
                    .append('"')
                    .append(each.getKey().label())
                    .append("\":")
                    .append(each.getValue());
            comma = ",";
        }
        return json.append("}}").toString();
    }

    private Map<Fault, Long> inOrder() {
        Map<Fault, Long> ordered = new EnumMap<>(Fault.class);
        ordered.putAll(faults);
        return ordered;
    }
}
