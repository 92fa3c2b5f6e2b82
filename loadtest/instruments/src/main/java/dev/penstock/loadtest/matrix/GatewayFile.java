package dev.penstock.loadtest.matrix;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A gateway's configuration, as far as rows say it; its listeners are added when it starts.
 *
 * @param listener further keys of {@code listener}, as YAML in flow style: {@code header-timeout: 2s}
 * @param sections other sections by name, as YAML in flow style
 * @param upstreams its workers, all of them serving {@link FaultBench#MODEL}
 */
public record GatewayFile(List<String> listener, Map<String, String> sections, List<Upstream> upstreams) {
    /** A worker: its name, its port on loopback, and how many requests it takes at once. */
    public record Upstream(String id, int port, int capacity) {}

    /** Lists and maps that do not change. */
    public GatewayFile {
        listener = List.copyOf(listener);
        upstreams = List.copyOf(upstreams);
    }

    /** A gateway before these ports, with room for more requests at each than any row sends. */
    public static GatewayFile before(List<Integer> ports) {
        List<Upstream> upstreams = new ArrayList<>();
        for (int port : ports) {
            upstreams.add(new Upstream("w" + upstreams.size(), port, 512));
        }
        return new GatewayFile(List.of(), Map.of(), upstreams);
    }

    /** With one more key of the listener. */
    public GatewayFile withListener(String yaml) {
        List<String> more = new ArrayList<>(listener);
        more.add(yaml);
        return new GatewayFile(more, sections, upstreams);
    }

    /** With another section. */
    public GatewayFile with(String section, String yaml) {
        Map<String, String> more = new LinkedHashMap<>(sections);
        more.put(section, yaml);
        return new GatewayFile(listener, more, upstreams);
    }

    /** With as much room at each worker. */
    public GatewayFile withCapacity(int capacity) {
        return new GatewayFile(
                listener,
                sections,
                upstreams.stream()
                        .map(one -> new Upstream(one.id(), one.port(), capacity))
                        .toList());
    }

    /** The file, for these ports. */
    String yaml(int port, int adminPort) {
        List<String> keys = new ArrayList<>(List.of("host: 127.0.0.1", "port: " + port, "max-connections: 20000"));
        keys.addAll(listener);
        StringBuilder yaml = new StringBuilder("listener: {" + String.join(", ", keys) + "}\n")
                .append("admin: {host: 127.0.0.1, port: " + adminPort + "}\n")
                .append("log: {format: text, level: info, requests: false}\n");
        sections.forEach((name, text) -> yaml.append(name + ": " + text + "\n"));
        if (!upstreams.isEmpty()) {
            yaml.append("upstreams:\n");
        }
        for (Upstream one : upstreams) {
            yaml.append("- id: " + one.id() + "\n  url: http://127.0.0.1:" + one.port() + "\n  capacity: "
                    + one.capacity() + "\n  site: {name: bench, kind: edge}\n  models: [{name: " + FaultBench.MODEL
                    + "}]\n");
        }
        return yaml.toString();
    }
}
