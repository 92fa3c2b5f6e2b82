package dev.penstock.worker.config;

import java.util.Locale;
import java.util.regex.Pattern;

/** Addresses that mean the machine itself, told by how they are written: no name is looked up. */
final class Loopback {
    private static final Pattern IPV4 = Pattern.compile("127(\\.\\d{1,3}){0,3}");
    private static final Pattern IPV6 = Pattern.compile("\\[?(::1|(0{1,4}:){7}0{0,3}1|::ffff:127(\\.\\d{1,3}){3})]?");
    private static final Pattern PORT = Pattern.compile(":\\d*$");

    private Loopback() {}

    /** Whether a host, a name or an address with or without brackets, is this machine to itself. */
    static boolean holds(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || name.endsWith(".localhost")
                || IPV4.matcher(name).matches()
                || IPV6.matcher(name).matches();
    }

    /** Whether {@code host}, or {@code host:port}, is. */
    static boolean holdsMember(String member) {
        return holds(member) || holds(PORT.matcher(member).replaceFirst(""));
    }
}
