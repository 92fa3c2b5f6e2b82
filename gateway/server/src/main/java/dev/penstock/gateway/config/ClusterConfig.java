package dev.penstock.gateway.config;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Range;
import dev.penstock.runtime.config.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** This gateway's place in the pool. */
@Doc("""
        This gateway's membership of the pool. Gateways are members of a Hazelcast cluster, workers its clients. Without
        this section there is no cluster: the gateway serves its `upstreams` alone. Keep the member port on a private
        network: Hazelcast's community edition does not encrypt it.""")
public record ClusterConfig(
        @Doc("The pool's name. The protocol version is added to it, so that pools of two versions do not mix.")
        @Default("penstock")
        String name,

        @Doc("""
                The secret, at least 16 characters, that every gateway and worker of the pool shares: it authenticates
                what workers announce. Without one a random one is made, and no other process can join: accepted only
                where `host` is a loopback address.""") @Example("env:PENSTOCK_CLUSTER_SECRET") Optional<Secret> secret,

        @Doc("The address of the one interface to bind the member to.") @Default("127.0.0.1")
        String host,

        @Doc("The member port; 0 takes any free one.") @Default("5701") @Range(min = "0", max = "65535")
        int port,

        @Doc("The `host:port` that others reach this member at, where that is not what it binds.")
        @Example("10.0.0.5:5701")
        Optional<String> publicAddress,

        @Doc("Members to join, `host:port` each; this gateway's own address may be among them.")
        List<String> members,

        @Doc("A worker not heard of for this long is gone.") @Default("5s") @Range(min = "500ms", max = "10m")
        Duration lease,

        @Doc("Between two full readings of the pool's records, since events can be lost.")
        @Default("5s")
        @Range(min = "100ms", max = "10m")
        Duration reconcile) {
    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9._-]+:\\d{1,5}|\\[[0-9a-fA-F:.]+]:\\d{1,5}");
    private static final int MIN_SECRET = 16;

    public ClusterConfig {
        Names.requireLabel("name", name);
        members = List.copyOf(members);
        for (String member : members) {
            requireAddress("members", member);
        }
        publicAddress.ifPresent(address -> requireAddress("public-address", address));
        if (secret.isPresent() && secret.get().reveal().length() < MIN_SECRET) {
            throw new IllegalArgumentException("secret: " + secret.get().reference() + " is shorter than " + MIN_SECRET
                    + " characters (expected: at least " + MIN_SECRET + ")");
        }
        if (secret.isEmpty() && !Loopback.is(host)) {
            throw new IllegalArgumentException("secret: missing (expected: env:NAME or file:path, since host " + host
                    + " is reached from other machines)");
        }
        if (secret.isEmpty() && !members.isEmpty()) {
            throw new IllegalArgumentException(
                    "secret: missing (expected: env:NAME or file:path, since there are members to share it with)");
        }
    }

    private static void requireAddress(String key, String address) {
        if (!ADDRESS.matcher(address).matches()) {
            throw new IllegalArgumentException(key + ": \"" + address + "\" (expected: host:port)");
        }
    }
}
