package dev.penstock.gateway.admission;

import dev.penstock.gateway.config.AuthConfig;
import dev.penstock.gateway.config.AuthMode;
import dev.penstock.gateway.config.LimitConfig;
import dev.penstock.gateway.pipeline.Authenticator;
import dev.penstock.gateway.pipeline.Credentials;
import dev.penstock.gateway.pipeline.GatewayError;
import dev.penstock.gateway.pipeline.GatewayException;
import dev.penstock.gateway.pipeline.Principal;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Limits what comes from one address, of IPv6 from one network of 64 bits: on an open gateway its requests, and where keys
 * are asked for those of its requests that were refused. While an address has none left, keys that it shows are not looked
 * at, right ones included: whoever guesses learns nothing.
 *
 * <p>Of this gateway alone. Keeps the {@link #MOST_ADDRESSES} addresses that were seen last: one that is forgotten begins
 * anew. Thread safe.
 */
public final class AddressGuard {
    static final int MOST_ADDRESSES = 10_000;

    private final TimeMeter clock;
    private final Map<String, List<Limiter>> addresses = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, List<Limiter>> eldest) {
            return size() > MOST_ADDRESSES;
        }
    };

    /** Nobody was seen yet. */
    public AddressGuard(TimeMeter clock) {
        this.clock = clock;
    }

    /** Guards an authenticator by the limits of a configuration; what addresses have left stays theirs. */
    public Authenticator guarding(AuthConfig config, Authenticator guarded) {
        if (config.addressLimits().isEmpty()) {
            return guarded;
        }
        return config.mode() == AuthMode.OPEN
                ? shown -> everyRequest(config.addressLimits(), guarded, shown)
                : shown -> refusals(config.addressLimits(), guarded, shown);
    }

    private Future<Principal> everyRequest(List<LimitConfig> limits, Authenticator guarded, Credentials shown) {
        long wait = take(of(shown, limits));
        return wait == 0 ? guarded.authenticate(shown) : tooMany("requests", wait);
    }

    private Future<Principal> refusals(List<LimitConfig> limits, Authenticator guarded, Credentials shown) {
        List<Limiter> address = of(shown, limits);
        long wait = 0;
        for (Limiter limiter : address) {
            wait = Math.max(wait, limiter.waitNanos(1));
        }
        if (wait > 0) {
            return tooMany("refused requests", wait);
        }
        return guarded.authenticate(shown).onFailure(refused -> {
            if (refused instanceof GatewayException known && known.error() instanceof GatewayError.Unauthenticated) {
                address.forEach(limiter -> limiter.debit(1));
            }
        });
    }

    private static long take(List<Limiter> address) {
        long wait = 0;
        for (Limiter limiter : address) {
            ConsumptionProbe probe = limiter.take(1).result();
            wait = Math.max(wait, probe.isConsumed() ? 0 : Math.max(1, probe.getNanosToWaitForRefill()));
        }
        return wait;
    }

    private static Future<Principal> tooMany(String what, long wait) {
        return Future.failedFuture(new GatewayException(new GatewayError.RateLimited(
                "too many " + what + " from your address", Optional.of(Duration.ofNanos(wait)))));
    }

    private List<Limiter> of(Credentials shown, List<LimitConfig> limits) {
        String address = network(shown);
        synchronized (addresses) {
            List<Limiter> known = addresses.get(address);
            if (known != null && configured(known, limits)) {
                return known;
            }
            List<Limiter> fresh = limits.stream()
                    .<Limiter>map(config -> LocalBucket.full(new Limit(Limit.Level.ADDRESS, address, config), clock))
                    .toList();
            addresses.put(address, fresh);
            return fresh;
        }
    }

    private static boolean configured(List<Limiter> known, List<LimitConfig> limits) {
        return known.stream().map(limiter -> limiter.limit().config()).toList().equals(limits);
    }

    /** Whoever has one address of IPv6 has its whole network. */
    private static String network(Credentials shown) {
        return shown.address()
                .map(InetAddress::getAddress)
                .map(bytes -> HexFormat.of().formatHex(bytes, 0, bytes.length == 16 ? 8 : bytes.length))
                .orElse("");
    }

    int size() {
        synchronized (addresses) {
            return addresses.size();
        }
    }
}
