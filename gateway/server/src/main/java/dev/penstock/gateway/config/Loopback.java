package dev.penstock.gateway.config;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;

/** Whether an address to bind is reached from this machine alone. */
final class Loopback {
    private Loopback() {}

    /** Whether the host is {@code localhost} or the literal of a loopback address; other names are never looked up. */
    static boolean is(String host) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        if (bare.toLowerCase(Locale.ROOT).equals("localhost")) {
            return true;
        }
        byte[] address = NetUtil.createByteArrayFromIpAddressString(bare);
        if (address == null) {
            return false;
        }
        try {
            return InetAddress.getByAddress(address).isLoopbackAddress();
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(bare, impossible);
        }
    }
}
