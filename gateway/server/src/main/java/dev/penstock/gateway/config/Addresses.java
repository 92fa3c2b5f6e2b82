package dev.penstock.gateway.config;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;

/** Addresses as a configuration writes them. Names are never looked up. */
final class Addresses {
    private Addresses() {}

    /** Whether a host to bind is reached from this machine alone: {@code localhost}, or a loopback address. */
    static boolean isLoopback(String host) {
        return host.toLowerCase(Locale.ROOT).equals("localhost")
                || literal(host).filter(InetAddress::isLoopbackAddress).isPresent();
    }

    /** Whether a text is an address with a prefix length: {@code 10.0.0.0/8}. */
    static boolean isNetwork(String text) {
        int slash = text.lastIndexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("\\d{1,3}")) {
            return false;
        }
        int prefix = Integer.parseInt(text.substring(slash + 1));
        return literal(text.substring(0, slash))
                .filter(address -> prefix <= address.getAddress().length * Byte.SIZE)
                .isPresent();
    }

    private static Optional<InetAddress> literal(String host) {
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        byte[] bytes =
                NetUtil.createByteArrayFromIpAddressString(bracketed ? host.substring(1, host.length() - 1) : host);
        try {
            return bytes == null ? Optional.empty() : Optional.of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(host, impossible);
        }
    }
}
