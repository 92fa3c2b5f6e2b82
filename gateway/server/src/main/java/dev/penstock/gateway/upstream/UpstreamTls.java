package dev.penstock.gateway.upstream;

import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.util.Optional;

/**
 * TLS to a worker. The host name is verified, always.
 *
 * @param trust PEM file of the authorities that may sign its certificate; empty: those of the JDK
 * @param identity what we show, for workers that ask (mTLS)
 */
public record UpstreamTls(Optional<Path> trust, Optional<Identity> identity) {
    /** The JDK's authorities, nothing shown. */
    public static final UpstreamTls DEFAULT = new UpstreamTls(Optional.empty(), Optional.empty());

    /** A certificate chain and its key, as PEM files. */
    public record Identity(Path certificate, Path key) {}

    Optional<PemTrustOptions> trustOptions() {
        return trust.map(file -> new PemTrustOptions().addCertPath(file.toString()));
    }

    Optional<PemKeyCertOptions> identityOptions() {
        return identity.map(own -> new PemKeyCertOptions()
                .addCertPath(own.certificate().toString())
                .addKeyPath(own.key().toString()));
    }
}
