package dev.penstock.gateway.upstream;

import dev.penstock.runtime.net.ClientTls;
import java.net.URI;
import java.util.Map;

/**
 * What is needed to use a worker beside its address.
 *
 * @param origin the scheme, host and port the credential is for: it is shown to no other
 * @param credential the headers that tell who we are; secrets
 * @param tls for an {@code https} endpoint
 * @param modelNames what the worker calls a model, by the model's name in the pool, where that differs
 * @param maxTokensOnly whether the worker knows {@code max_tokens} and not {@code max_completion_tokens}
 * @param peer what it is, which decides what it is told of a request
 */
public record UpstreamAccess(
        URI origin,
        Map<String, String> credential,
        ClientTls tls,
        Map<String, String> modelNames,
        boolean maxTokensOnly,
        Peer peer) {
    /** What stands at the other end. */
    public enum Peer {
        /** A server that knows nothing of Penstock. */
        OTHER,
        /** One of Penstock's own workers: it is told how far what a request says may travel. */
        WORKER,
        /** Another Penstock: it is told what must hold of whoever runs the request. */
        PENSTOCK
    }

    public UpstreamAccess {
        credential = Map.copyOf(credential);
        modelNames = Map.copyOf(modelNames);
    }

    /** A server that is none of ours. */
    public UpstreamAccess(
            URI origin,
            Map<String, String> credential,
            ClientTls tls,
            Map<String, String> modelNames,
            boolean maxTokensOnly) {
        this(origin, credential, tls, modelNames, maxTokensOnly, Peer.OTHER);
    }

    @Override
    public String toString() {
        return "UpstreamAccess[" + origin + ", credential=" + (credential.isEmpty() ? "none" : "***") + "]";
    }

    /** A worker that asks for nothing. */
    public static UpstreamAccess open(URI origin) {
        return new UpstreamAccess(origin, Map.of(), ClientTls.system(), Map.of(), false);
    }

    /** The credential's headers, if the endpoint is of its origin. */
    public Map<String, String> headersFor(URI endpoint) {
        boolean same = origin.getScheme().equalsIgnoreCase(endpoint.getScheme())
                && origin.getHost().equalsIgnoreCase(endpoint.getHost())
                && port(origin) == port(endpoint);
        return same ? credential : Map.of();
    }

    static boolean isTls(URI endpoint) {
        return "https".equalsIgnoreCase(endpoint.getScheme());
    }

    static int port(URI endpoint) {
        return endpoint.getPort() >= 0 ? endpoint.getPort() : isTls(endpoint) ? 443 : 80;
    }
}
