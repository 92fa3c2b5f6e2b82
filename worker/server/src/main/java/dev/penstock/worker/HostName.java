package dev.penstock.worker;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** What this machine is called. */
final class HostName {
    private HostName() {}

    /** Its name, as far as names of workers may hold it. */
    static String local() {
        try {
            String name = InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9._-]", "-");
            return name.isEmpty() ? "worker" : name.substring(0, Math.min(100, name.length()));
        } catch (UnknownHostException unnamed) {
            return "worker";
        }
    }
}
