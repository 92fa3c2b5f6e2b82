package dev.penstock.gateway.config;

import dev.penstock.protocol.announcement.ClusterSecret;
import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Range;
import dev.penstock.runtime.config.Secret;
import dev.penstock.runtime.net.ClientTls;
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
        @Doc("""
                The secret, at least 16 bytes, that every gateway and worker of the pool shares: it names the cluster,
                and seals what workers announce. Without one a random one is made, and no other process can join: accepted only
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

        @Doc("A worker of which neither a heartbeat nor a probe was heard for this long is sent nothing until it is.")
        @Default("1500ms")
        @Range(min = "100ms", max = "10m")
        Duration lease,

        @Doc("""
                How long such a worker stays listed: meanwhile its models are answered 503 rather than 404. At least
                `lease`.""") @Default("10m") @Range(min = "100ms", max = "7d")
        Duration retention,

        @Doc("""
                The networks, in CIDR notation, that workers may announce addresses of. Link-local, multicast and
                metadata addresses are refused whatever is written here.""")
        @Default("[127.0.0.0/8, '::1/128', 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, 'fc00::/7']")
        List<String> workerNetworks,

        @Doc("""
                TLS to workers that announce an `https` address; without it the JVM's authorities are trusted and no
                certificate is shown.""") Optional<ClientTls> workerTls) {
    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9._-]+:\\d{1,5}|\\[[0-9a-fA-F:.]+]:\\d{1,5}");

    public ClusterConfig {
        members = List.copyOf(members);
        workerNetworks = List.copyOf(workerNetworks);
        for (String member : members) {
            requireAddress("members", member);
        }
        for (String network : workerNetworks) {
            if (!Addresses.isNetwork(network)) {
                throw new IllegalArgumentException(
                        "worker-networks: \"" + network + "\" (expected: an address and a prefix, such as 10.0.0.0/8)");
            }
        }
        if (retention.compareTo(lease) < 0) {
            throw new IllegalArgumentException("retention: below lease (expected: at least as long)");
        }
        publicAddress.ifPresent(address -> requireAddress("public-address", address));
        if (secret.isPresent() && secret.get().bytes().length < ClusterSecret.MIN_BYTES) {
            throw new IllegalArgumentException("secret: " + secret.get().reference() + " is shorter than "
                    + ClusterSecret.MIN_BYTES + " bytes (expected: at least that)");
        }
        if (secret.isEmpty() && !Addresses.isLoopback(host)) {
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
