package dev.penstock.worker.config;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Range;
import dev.penstock.runtime.net.ListenerConfig;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The configuration of one worker process. */
@Doc(
        "The configuration of `penstock worker`: an OpenAI-compatible server over models of its own, or in front of another"
                + " server, which joins the pool where a cluster is given.")
public record WorkerConfig(
        @Doc("The worker's name in the pool, unique there: up to 128 characters of `A-Z a-z 0-9 . _ : / -`. Made of the"
                + " machine's name and the port where it is left out.")
        @Example("gpu-3")
        Optional<String> id,

        @Doc("Where the worker serves HTTP. For mutual TLS give `client-ca` and `client-auth: required`.")
        @Default("{port: 8081}")
        ListenerConfig listener,

        @Doc("The origin that gateways dial: scheme, host and port. Made of the listener where it is left out; must be"
                + " given where the listener binds every interface, or a loopback address, and gateways of other machines"
                + " are told of it.")
        @Example("http://10.0.0.7:8081")
        Optional<URI> advertise,

        @Doc("The models to load.") List<ModelConfig> models,

        @Doc("Another server to stand in front of, in place of models.")
        Optional<SidecarConfig> sidecar,

        @Doc("What the models run on, as the pool is told.") @Default("cpu")
        AcceleratorKind accelerator,

        @Doc(
                "How many requests gateways send to the models at once, all models together. Where it is left out, the"
                        + " smallest `max-batch` of the language models, so that none of them is asked for more than it runs; of"
                        + " embedding models, where there are no others, all their places. A sidecar has a capacity of its own.")
        @Example("16")
        @Range(min = "1", max = "1000000")
        Optional<Integer> capacity,

        @Doc("Where the worker runs.") @Default("{}") SiteConfig site,

        @Doc("The pool to join.") Optional<ClusterConfig> cluster,

        @Doc("Who may call: `open` is anybody who reaches the listener, `cluster` only the gateways of the pool.")
        @Default("open")
        CallerPolicy calls,

        @Doc("How long requests in flight may take to end once the worker is told to stop.")
        @Default("30s")
        @Range(min = "0s", max = "1h")
        Duration drainTimeout,

        @Doc("What requests may cost.") @Default("{}") LimitsConfig limits) {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._:/-]{1,128}");
    private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::", "[::]", "0:0:0:0:0:0:0:0");

    public WorkerConfig {
        id.filter(value -> !ID.matcher(value).matches()).ifPresent(value -> {
            throw new IllegalArgumentException("id: " + value + " (expected: 1 to 128 characters of [A-Za-z0-9._:/-])");
        });
        models = List.copyOf(models);
        if (models.isEmpty() == sidecar.isEmpty()) {
            throw new IllegalArgumentException(
                    models.isEmpty()
                            ? "models: none (expected: at least one model, or a sidecar)"
                            : "sidecar: beside models (expected: one or the other)");
        }
        Set<String> names = new HashSet<>();
        for (ModelConfig model : models) {
            if (!names.add(model.servedName())) {
                throw new IllegalArgumentException(
                        "models: " + model.servedName() + " twice (expected: one of each name)");
            }
        }
        if (capacity.isPresent() && sidecar.isPresent()) {
            throw new IllegalArgumentException(
                    "capacity: " + capacity.get() + ", beside a sidecar (expected: sidecar.capacity in its place)");
        }
        if (limits.totalBodies().bytes() < listener.maxBody().bytes()) {
            throw new IllegalArgumentException("limits.total-bodies: " + limits.totalBodies()
                    + " (expected: at least listener.max-body, " + listener.maxBody() + ")");
        }
        if (calls == CallerPolicy.CLUSTER && cluster.isEmpty()) {
            throw new IllegalArgumentException("calls: cluster, without a cluster (expected: a cluster, or open)");
        }
        advertise.ifPresent(WorkerConfig::requireOrigin);
        if (cluster.isPresent() && advertise.isEmpty() && WILDCARDS.contains(listener.host())) {
            throw new IllegalArgumentException("advertise: missing, and listener.host is " + listener.host()
                    + " (expected: the origin that gateways dial, such as http://10.0.0.7:" + listener.port() + ")");
        }
        requireReachable(listener, advertise, cluster);
    }

    /** A gateway of another machine that is told a loopback address dials itself. */
    private static void requireReachable(
            ListenerConfig listener, Optional<URI> advertise, Optional<ClusterConfig> cluster) {
        Optional<String> host = advertise.isPresent() ? advertise.map(URI::getHost) : Optional.of(listener.host());
        Optional<String> elsewhere = cluster.stream()
                .flatMap(pool -> pool.members().stream())
                .filter(member -> !Loopback.holdsMember(member))
                .findFirst();
        if (elsewhere.isPresent() && host.filter(Loopback::holds).isPresent()) {
            String key = advertise.isPresent() ? "advertise: " + advertise.get() : "listener.host: " + listener.host();
            throw new IllegalArgumentException(key + ", announced to " + elsewhere.get()
                    + " (expected: an address that other machines reach, in listener.host or in advertise)");
        }
    }

    private static void requireOrigin(URI url) {
        boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        boolean bare = url.getRawQuery() == null
                && url.getRawFragment() == null
                && (url.getRawPath().isEmpty() || url.getRawPath().equals("/"));
        if (!http || !bare) {
            throw new IllegalArgumentException(
                    "advertise: " + url + " (expected: scheme, host and port only, such as http://10.0.0.7:8081)");
        }
    }

    /**
     * The origin that gateways dial.
     *
     * @param boundPort the port that the listener got
     */
    public URI endpoint(int boundPort) {
        String scheme = listener.tls().isPresent() ? "https" : "http";
        String host = listener.host().contains(":") && !listener.host().startsWith("[")
                ? "[" + listener.host() + "]"
                : listener.host();
        return advertise.orElseGet(() -> URI.create(scheme + "://" + host + ":" + boundPort));
    }
}
