package dev.penstock.worker.config;

import dev.penstock.runtime.config.ByteSize;
import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Range;
import dev.penstock.runtime.config.Secret;
import dev.penstock.runtime.net.ClientConfig;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Another OpenAI-compatible server that the worker stands in front of. */
@Doc("Another OpenAI-compatible server (vLLM, SGLang, TGI, llama.cpp, Ollama) that the worker announces to the pool and"
        + " passes requests on to, in place of models of its own.")
public record SidecarConfig(
        @Doc("The server's base URL, with `/v1` where it has one.") @Example("http://127.0.0.1:8000/v1")
        URI url,

        @Doc("The key that the server wants as a bearer token. It goes to this origin only.")
        @Example("env:VLLM_API_KEY")
        Optional<Secret> credential,

        @Doc("The models that are announced.") List<SidecarModel> models,

        @Doc("What the server computes on.") @Default("gpu") AcceleratorKind accelerator,

        @Doc("How many requests the server takes at once; one more is answered 503.")
        @Default("64")
        @Range(min = "1", max = "100000")
        int capacity,

        @Doc(
                "The path, under the server's origin, that is asked whether it lives. Any status below 500 is a yes, but for"
                        + " 401 and 403: those say that the credential is not accepted.")
        @Default("/v1/models")
        String probePath,

        @Doc("How often it is asked.") @Default("1s") @Range(min = "100ms", max = "5m")
        Duration probeInterval,

        @Doc("How long an answer to a probe may take.") @Default("2s") @Range(min = "10ms", max = "1m")
        Duration probeTimeout,

        @Doc("How the worker calls the server.") @Default("{}")
        ClientConfig client,

        @Doc("How long the server may be silent: before the first byte of an answer, and within one.")
        @Default("120s")
        @Range(min = "10ms", max = "1h")
        Duration silenceTimeout,

        @Doc("The most bytes of one stream that wait for a slow reader before the server is asked to pause.")
        @Default("64KiB")
        @Range(min = "4KiB", max = "16MiB")
        ByteSize buffer) {

    public SidecarConfig {
        if (!"http".equals(url.getScheme()) && !"https".equals(url.getScheme())) {
            throw new IllegalArgumentException("url: scheme " + url.getScheme() + " (expected: http or https)");
        }
        if (url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException("url: with a query or fragment (expected: scheme, host, port and path)");
        }
        if (!probePath.startsWith("/")) {
            throw new IllegalArgumentException("probe-path: " + probePath + " (expected: a path that begins with /)");
        }
        models = List.copyOf(models);
        if (models.isEmpty()) {
            throw new IllegalArgumentException("models: none (expected: at least one that the server serves)");
        }
        Set<String> names = new HashSet<>();
        for (SidecarModel model : models) {
            if (!names.add(model.name())) {
                throw new IllegalArgumentException("models: " + model.name() + " twice (expected: one of each name)");
            }
        }
    }
}
