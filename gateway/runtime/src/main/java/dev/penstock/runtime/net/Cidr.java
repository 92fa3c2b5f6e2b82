package dev.penstock.runtime.net;

import java.net.InetAddress;

/**
 * A network: an address and how many of its leading bits count.
 *
 * @param address any address in it
 * @param prefixLength 0 to 32, or 128 for IPv6
 */
public record Cidr(InetAddress address, int prefixLength) {
    public Cidr {
        if (prefixLength < 0 || prefixLength > address.getAddress().length * 8) {
            throw new IllegalArgumentException(
                    "prefix length: " + prefixLength + " (expected: 0 to " + address.getAddress().length * 8 + ")");
        }
    }

    /**
     * Reads {@code 10.0.0.0/8}, {@code fd00::/8} or a single address.
     *
     * @throws IllegalArgumentException where it is none of these
     */
    public static Cidr parse(String text) {
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        try {
            InetAddress address = InetAddress.ofLiteral(host);
            int length = slash < 0 ? address.getAddress().length * 8 : Integer.parseInt(text.substring(slash + 1));
            return new Cidr(address, length);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "network: \"" + text + "\" (expected: an address and a prefix length such as 10.0.0.0/8)", e);
        }
    }

    /** Whether an address lies in it; one of the other family never does. */
    public boolean contains(InetAddress candidate) {
        byte[] own = address.getAddress();
        byte[] other = candidate.getAddress();
        if (own.length != other.length) {
            return false;
        }
        int whole = prefixLength / 8;
        for (int i = 0; i < whole; i++) {
            if (own[i] != other[i]) {
                return false;
            }
        }
        int rest = prefixLength % 8;
        return rest == 0 || ((own[whole] ^ other[whole]) & 0xff & (0xff << (8 - rest))) == 0;
    }

    @Override
    public String toString() {
        return address.getHostAddress() + "/" + prefixLength;
    }
}
