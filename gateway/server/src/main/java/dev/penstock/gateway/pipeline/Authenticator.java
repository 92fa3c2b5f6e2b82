package dev.penstock.gateway.pipeline;

import io.vertx.core.Future;

/** Port: turns what a client showed into who it is. */
@FunctionalInterface
public interface Authenticator {
    /** The principal; fails with a {@link GatewayException} of {@link GatewayError.Unauthenticated} or {@link GatewayError.Forbidden}. */
    Future<Principal> authenticate(Credentials credentials);
}
