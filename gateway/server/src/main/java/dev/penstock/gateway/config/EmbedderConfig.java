package dev.penstock.gateway.config;

import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Secret;
import dev.penstock.runtime.net.ClientTls;
import java.net.URI;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** What makes vectors of texts. */
@Doc("""
        What makes vectors of texts, so that those of like meaning can be found. Without anything: the all-MiniLM-L6-v2 of the
        distribution, in this process, which takes about 100 MiB and, for each text, a few milliseconds of a thread of its own.
        With a `url`, another server does, and texts are sent there: those that are private never are.""")
public record EmbedderConfig(
        @Doc("""
                The directory of another embedding model, in the Hugging Face layout, to be run in this process. Not with a
                `url`.""") @Example("models/bge-small-en-v1.5") Optional<Path> model,

        @Doc("""
                An OpenAI-compatible server that is asked at `/v1/embeddings` instead: scheme, host, port, and a path prefix
                where it has one; with or without a `/v1` at the end. Not with a `model`.""") @Example("http://10.0.0.9:8000") Optional<URI> url,

        @Doc("What the model is called there. Needed with a `url`.") @Example("BAAI/bge-small-en-v1.5")
        Optional<String> name,

        @Doc("What is shown there as `Authorization: Bearer`.") @Example("env:EMBEDDER_KEY")
        Optional<Secret> key,

        @Doc("TLS to an `https` URL; without it the system's authorities are trusted.")
        Optional<ClientTls> tls) {
    public EmbedderConfig {
        if (url.isPresent()) {
            requireServer(url.get(), name, tls);
            if (model.isPresent()) {
                throw new IllegalArgumentException("model: given with a `url` (expected: one of them)");
            }
        } else if (name.isPresent() || key.isPresent() || tls.isPresent()) {
            throw new IllegalArgumentException((name.isPresent() ? "name" : key.isPresent() ? "key" : "tls")
                    + ": given without a `url` (expected: a `url`, or neither)");
        }
        name.ifPresent(given -> Names.requireModel("name", given));
        key.ifPresent(secret -> Names.requireHeaderValue("key", secret));
    }

    private static void requireServer(URI url, Optional<String> name, Optional<ClientTls> tls) {
        String scheme = url.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new IllegalArgumentException("url: " + url + " (expected: an http or https URL)");
        }
        if (url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException("url: " + url + " (expected: no query and no fragment)");
        }
        if (name.isEmpty()) {
            throw new IllegalArgumentException("name: none (expected: what the model is called at the `url`)");
        }
        if (tls.isPresent() && !scheme.equals("https")) {
            throw new IllegalArgumentException("tls: given for " + url + " (expected: an https URL)");
        }
    }

    /** Where it is dialled: the URL without the {@code /v1} that every path of the API begins with. */
    public Optional<URI> endpoint() {
        return url.map(given -> URI.create(given.getScheme() + "://" + given.getRawAuthority()
                + given.getRawPath().replaceFirst("/+$", "").replaceFirst("/v1$", "")));
    }
}
