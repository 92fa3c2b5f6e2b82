package dev.penstock.gateway.cluster;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Port: the addresses of a host name. May block; called on virtual threads. */
@FunctionalInterface
public interface AddressResolver {
    /** The system's own resolver. */
    AddressResolver SYSTEM = host -> List.of(InetAddress.getAllByName(host));

    /** At least one address. */
    List<InetAddress> resolve(String host) throws UnknownHostException;
}
