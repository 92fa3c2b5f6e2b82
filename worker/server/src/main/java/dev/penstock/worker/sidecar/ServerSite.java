package dev.penstock.worker.sidecar;

import dev.penstock.protocol.announcement.AnnouncedSite;
import dev.penstock.worker.config.DataClass;
import dev.penstock.worker.config.SiteConfig;
import dev.penstock.worker.config.SiteConfig.Kind;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Predicate;

/**
 * Where the server behind a sidecar stands: the site of what finally runs a request, not of the proxy before it.
 *
 * @param site as it is configured
 * @param ownGround which addresses are the operator's own ground
 */
record ServerSite(SiteConfig site, Predicate<InetAddress> ownGround) {
    static ServerSite of(SiteConfig site) {
        return new ServerSite(site, site::holds);
    }

    /** A server at these addresses is where the configuration says if all of them are on own ground, else in a cloud. */
    Kind kind(List<InetAddress> addresses) {
        return !addresses.isEmpty() && addresses.stream().allMatch(ownGround) ? site.kind() : Kind.CLOUD;
    }

    /** Whether a server of that kind may see data of the class. Private data stays at the edge, whatever is cleared. */
    boolean permits(DataClass dataClass, Kind kind) {
        return (dataClass != DataClass.PRIVATE || kind == Kind.EDGE) && dataClass.compareTo(site.clearance(kind)) <= 0;
    }

    /** As the pool is told. */
    AnnouncedSite announced(Kind kind) {
        return new AnnouncedSite(
                site.name(),
                kind == Kind.EDGE ? "edge" : "cloud",
                site.region(),
                site.clearance(kind).wireName());
    }
}
