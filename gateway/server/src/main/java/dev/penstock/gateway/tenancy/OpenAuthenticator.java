package dev.penstock.gateway.tenancy;

import dev.penstock.gateway.pipeline.Authenticator;
import dev.penstock.gateway.pipeline.Credentials;
import dev.penstock.gateway.pipeline.GatewayError;
import dev.penstock.gateway.pipeline.GatewayException;
import dev.penstock.gateway.pipeline.Principal;
import io.vertx.core.Future;

/** Lets everybody on this machine ask, whatever key they show. */
public final class OpenAuthenticator implements Authenticator {
    @Override
    public Future<Principal> authenticate(Credentials credentials) {
        // The configuration allows this mode on loopback listeners only; this holds should that ever be circumvented.
        return credentials.loopback()
                ? Future.succeededFuture(Principal.ANONYMOUS)
                : Future.failedFuture(new GatewayException(
                        new GatewayError.Unauthenticated("this gateway is open to its own machine only")));
    }
}
