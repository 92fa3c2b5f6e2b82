package dev.penstock.worker.config;

import dev.penstock.protocol.announcement.ClusterSecret;
import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Range;
import dev.penstock.runtime.config.Secret;
import java.time.Duration;
import java.util.List;

/** The pool that a worker joins. */
@Doc("The pool that the worker joins. Without it the worker is a server on its own.")
public record ClusterConfig(
        @Doc("The secret that gateways and workers share, at least 16 bytes: it names the cluster, and seals what"
                + " a worker says of itself.")
        @Example("env:PENSTOCK_CLUSTER_SECRET")
        Secret secret,

        @Doc("Addresses of gateways as `host:port` of their cluster port; one that answers is enough.")
        @Example("[10.0.0.1:5701, 10.0.0.2:5701]")
        List<String> members,

        @Doc("How often the worker tells its load. Gateways drop a worker that has not been heard for a few of these.")
        @Default("500ms")
        @Range(min = "50ms", max = "60s")
        Duration heartbeat) {

    public ClusterConfig {
        if (secret.bytes().length < ClusterSecret.MIN_BYTES) {
            throw new IllegalArgumentException("secret: " + secret.bytes().length + " bytes (expected: >= "
                    + ClusterSecret.MIN_BYTES + "; make one with: openssl rand -base64 32)");
        }
        members = List.copyOf(members);
        if (members.isEmpty()) {
            throw new IllegalArgumentException("members: none (expected: at least one host:port of a gateway)");
        }
    }
}
