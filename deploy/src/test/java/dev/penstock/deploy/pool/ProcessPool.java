package dev.penstock.deploy.pool;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Gateways, whose cluster ports can be cut off, and workers. */
final class ProcessPool implements AutoCloseable {
    static final String MODEL = "all-MiniLM-L6-v2";
    private static final String SECRET = "a secret for one run of a test";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A gateway: its process, and where it is asked. */
    record Gateway(PenstockNode node, URI api, URI admin, CuttableLink cluster) {}

    private final Path directory;
    private final Path modelDirectory;
    private final Patience patience;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final Set<Integer> ports = new HashSet<>();
    private final List<PenstockNode> nodes = new ArrayList<>();
    private final List<Gateway> gateways = new ArrayList<>();

    /** How soon gateways give a worker up. */
    enum Patience {
        /** As they come: what is to be measured. */
        DEFAULT("", ""),
        /** Processes of a busy machine may wait a second for a core: what is tested is not that. */
        BUSY_MACHINE("health: {probe-timeout: 4s}", "lease: 5s");

        private final String health;
        private final String lease;

        Patience(String health, String lease) {
            this.health = health;
            this.lease = lease;
        }
    }

    /** Starts two gateways and waits until they serve and know each other. */
    ProcessPool(Path directory, Path modelDirectory, Patience patience) throws IOException, InterruptedException {
        this(directory, modelDirectory, patience, "auth: {mode: open}", 2);
    }

    /** Starts gateways of that configuration, in which {@code $NAME} is each one's own, and waits until they serve. */
    static ProcessPool limited(Path directory, String configuration, int gateways)
            throws IOException, InterruptedException {
        return new ProcessPool(directory, directory, Patience.BUSY_MACHINE, configuration, gateways);
    }

    private ProcessPool(Path directory, Path modelDirectory, Patience patience, String configuration, int count)
            throws IOException, InterruptedException {
        this.directory = directory;
        this.patience = patience;
        this.modelDirectory = modelDirectory;
        List<Integer> members = new ArrayList<>();
        List<CuttableLink> links = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(freePort());
            links.add(new CuttableLink(members.get(i)));
        }
        for (int i = 0; i < count; i++) {
            gateways.add(
                    startGateway("gateway-" + (i + 1), members.get(i), links.get(i), addresses(links), configuration));
        }
        for (Gateway gateway : gateways) {
            gateway.node().awaitHealthy();
        }
    }

    private static String addresses(List<CuttableLink> links) {
        return links.stream().map(link -> "127.0.0.1:" + link.port()).collect(Collectors.joining(", ", "[", "]"));
    }

    private Gateway startGateway(String name, int member, CuttableLink link, String members, String configuration)
            throws IOException {
        int port = freePort();
        int adminPort = freePort();
        String config = """
                listener: {host: 127.0.0.1, port: %d}
                admin: {host: 127.0.0.1, port: %d}
                %s
                %s
                cluster:
                  %s
                  secret: env:PENSTOCK_CLUSTER_SECRET
                  host: 127.0.0.1
                  port: %d
                  public-address: 127.0.0.1:%d
                  members: %s
                """.formatted(
                        port,
                        adminPort,
                        configuration.strip().replace("$NAME", name),
                        patience.health,
                        patience.lease,
                        member,
                        link.port(),
                        members);
        URI admin = URI.create("http://127.0.0.1:" + adminPort);
        PenstockNode node =
                PenstockNode.start(directory, name, "gateway", config, SECRET, admin.resolve("/health/ready"), http);
        nodes.add(node);
        return new Gateway(node, URI.create("http://127.0.0.1:" + port), admin, link);
    }

    /** Starts a gateway that has ended again, as it was. */
    Gateway again(Gateway ended) throws IOException, InterruptedException {
        PenstockNode node = ended.node().again();
        nodes.add(node);
        node.awaitHealthy();
        return new Gateway(node, ended.api(), ended.admin(), ended.cluster());
    }

    /** Starts a worker; it may not serve yet. */
    PenstockNode startWorker(String name) throws IOException {
        int port = freePort();
        String config = """
                id: %s
                listener: {host: 127.0.0.1, port: %d}
                calls: cluster
                models:
                - path: %s
                cluster:
                  secret: env:PENSTOCK_CLUSTER_SECRET
                  members: %s
                """.formatted(
                        name,
                        port,
                        modelDirectory,
                        addresses(gateways.stream().map(Gateway::cluster).toList()));
        PenstockNode node = PenstockNode.start(
                directory, name, "worker", config, SECRET, URI.create("http://127.0.0.1:" + port + "/health"), http);
        nodes.add(node);
        return node;
    }

    List<Gateway> gateways() {
        return List.copyOf(gateways);
    }

    SteadyLoad load(Gateway gateway) {
        return new SteadyLoad(http, gateway.api(), MODEL);
    }

    /** Whether a gateway sends requests to a worker. */
    boolean routes(Gateway gateway, String worker) throws IOException, InterruptedException {
        for (JsonNode listed : pool(gateway).path("workers")) {
            if (listed.path("id").asText().equals(worker)) {
                return listed.path("state").asText().equals("available");
            }
        }
        return false;
    }

    /** How many members a gateway sees in its cluster. */
    int members(Gateway gateway) throws IOException, InterruptedException {
        JsonNode members = pool(gateway).path("cluster").path("members");
        return members.isInt() ? members.asInt() : members.size();
    }

    private JsonNode pool(Gateway gateway) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(gateway.admin().resolve("/pool"))
                .timeout(Duration.ofSeconds(5))
                .build();
        return JSON.readTree(
                http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    private int freePort() throws IOException {
        while (true) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                if (ports.add(socket.getLocalPort())) {
                    return socket.getLocalPort();
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        nodes.forEach(PenstockNode::close);
        for (Gateway gateway : gateways) {
            gateway.cluster().close();
        }
        http.close();
    }
}
