package dev.penstock.gateway.config;

import dev.penstock.routing.Accelerator;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Site;
import dev.penstock.routing.WorkerId;
import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Range;
import dev.penstock.runtime.net.ClientTls;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A server that is not ours, as a worker. */
@Doc("""
        An OpenAI-compatible server (vLLM, SGLang, TGI, llama.cpp, Ollama, a cloud API) that this gateway dials directly:
        it is probed and takes part in routing like any worker of the pool. With `kind: penstock` it is another Penstock, which
        says itself what it serves.""")
public record UpstreamConfig(
        @Doc("Its name in logs, metrics and `/pool`.") @Example("vllm-1")
        String id,

        @Doc("Where it is: scheme, host, port, and a path prefix where it has one; with or without a `/v1` at the end.")
        @Example("http://10.0.0.7:8000")
        URI url,

        @Doc("""
                `openai`: a server of OpenAI's API. `penstock`: another Penstock, which is asked for models, prices, capacity
                and load as often as it is probed; `prices` can override what it says it costs.""") @Default("openai") UpstreamKind kind,

        @Doc("How the gateway authenticates there. The client's own key is never passed on.") @Default("{type: none}")
        CredentialConfig credential,

        @Doc("The models it serves, at least one; for a Penstock none.")
        List<UpstreamModelConfig> models,

        @Doc("What it computes on.") @Default("cpu") Accelerator accelerator,

        @Doc("Where it runs. Without it: a cloud site of the upstream's own name.")
        Optional<SiteConfig> site,

        @Doc("""
                Requests it takes at once; more wait at the gateway. Without it: 16, and of a Penstock as many as it says it
                takes, which is also the most where this is more.""") @Example("16") @Range(min = "1", max = "100000")
        Optional<Integer> capacity,

        @Doc("TLS to an `https` URL; without it the system's authorities are trusted.")
        Optional<ClientTls> tls,

        @Doc("""
                The path that is asked whether it lives, with the credential: any 2xx will do. Where the server has no
                such path, leave it at `/v1/models`. Relative to `url`.""") @Default("/v1/models") String healthPath,

        @Doc("""
                Between two probes while all is well. Without it: `health.probe-interval` at the edge; ten seconds in a
                cloud, where questions are counted; one second for a Penstock, wherever it is. A connection that breaks is looked into at once.""") @Example("30s") @Range(min = "50ms", max = "1h")
        Optional<Duration> probeInterval,

        @Doc("""
                How long a probe's answer may take. Without it: `health.probe-timeout`, and two seconds for a Penstock.""") @Example("2s") @Range(min = "10ms", max = "1m")
        Optional<Duration> probeTimeout,

        @Doc("""
                Whether the server knows `max_tokens` and not `max_completion_tokens`, as Ollama: it is then sent under
                that name.""") @Default("false") boolean maxTokensOnly,

        @Doc("""
                Which engine it is: its load is then read from its `/metrics` after each probe, at the same origin and with
                the same credential. SGLang must be started with `--enable-metrics`, llama.cpp with `--metrics`. Ollama is
                asked at `/api/ps` which models it has in memory: the others are cold.""") @Default("none") EngineKind engine) {
    /** For sites whose servers count how often they are asked. */
    private static final Duration CLOUD_PROBE_INTERVAL = Duration.ofSeconds(10);

    private static final Duration SUMMARY_INTERVAL = Duration.ofSeconds(1);
    private static final Duration SUMMARY_TIMEOUT = Duration.ofSeconds(2);
    private static final int DEFAULT_CAPACITY = 16;
    private static final int MAX_CAPACITY = 100_000;
    private static final String DEFAULT_HEALTH_PATH = "/v1/models";

    public UpstreamConfig {
        Names.requireLabel("id", id);
        requireOrigin(url);
        models = List.copyOf(models);
        if (kind == UpstreamKind.PENSTOCK) {
            requireSilent(models, healthPath, engine, maxTokensOnly);
        } else if (models.isEmpty()) {
            throw new IllegalArgumentException("models: none (expected: at least one)");
        }
        Names.requireDistinct(
                "models", "name", models.stream().map(UpstreamModelConfig::name).toList());
        if (!healthPath.startsWith("/") || !healthPath.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException(
                    "health-path: \"" + healthPath + "\" (expected: a path such as /health, in printable ASCII)");
        }
        if (tls.isPresent() && !isHttps(url)) {
            throw new IllegalArgumentException("tls: given for " + url + " (expected: an https URL)");
        }
    }

    /** What a Penstock says itself is not said here: of two words one would be wrong. */
    private static void requireSilent(
            List<UpstreamModelConfig> models, String healthPath, EngineKind engine, boolean maxTokensOnly) {
        if (!models.isEmpty()) {
            throw new IllegalArgumentException(
                    "models: " + models.size() + " for a Penstock (expected: none; it says itself what it serves)");
        }
        if (engine != EngineKind.NONE || maxTokensOnly || !healthPath.equals(DEFAULT_HEALTH_PATH)) {
            throw new IllegalArgumentException(
                    "kind: penstock (expected: without engine, max-tokens-only and health-path)");
        }
    }

    private static boolean isHttps(URI url) {
        return "https".equals(url.getScheme().toLowerCase(Locale.ROOT));
    }

    private static void requireOrigin(URI url) {
        String scheme = url.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("url: " + url + " (expected: an http or https URL)");
        }
        if (url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException("url: " + url + " (expected: no query and no fragment)");
        }
    }

    /** Where it is dialled: the URL without the {@code /v1} that every path of the API begins with. */
    public URI endpoint() {
        String path = url.getRawPath().replaceFirst("/+$", "").replaceFirst("/v1$", "");
        return URI.create(url.getScheme() + "://" + url.getRawAuthority() + path);
    }

    /** Its name in the pool. */
    public WorkerId workerId() {
        return new WorkerId(id);
    }

    /** Its site as routing knows it. */
    public Site routingSite() {
        return site.map(SiteConfig::site).orElseGet(() -> new Site(id, Site.Kind.CLOUD, ""));
    }

    /**
     * The time between two probes.
     *
     * @param common that of workers at the edge
     */
    public Duration probeInterval(Duration common) {
        return probeInterval.orElseGet(() -> kind == UpstreamKind.PENSTOCK
                ? SUMMARY_INTERVAL
                : routingSite().kind() == Site.Kind.CLOUD ? CLOUD_PROBE_INTERVAL : common);
    }

    /**
     * How long a probe's answer may take.
     *
     * @param common that of others
     */
    public Duration probeTimeout(Duration common) {
        return probeTimeout.orElseGet(() -> kind == UpstreamKind.PENSTOCK ? SUMMARY_TIMEOUT : common);
    }

    /** The most requests it is sent at once. */
    public int mostRequests() {
        return capacity.orElse(kind == UpstreamKind.PENSTOCK ? MAX_CAPACITY : DEFAULT_CAPACITY);
    }

    /** Its models as routing knows them. */
    public List<ServedModel> servedModels() {
        return models.stream().map(UpstreamModelConfig::served).toList();
    }
}
