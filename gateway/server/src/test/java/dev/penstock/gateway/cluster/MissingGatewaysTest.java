package dev.penstock.gateway.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.cluster.MissingGateways.Presence;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class MissingGatewaysTest {
    private static final InetSocketAddress A = InetSocketAddress.createUnresolved("a", 1);
    private static final InetSocketAddress B = InetSocketAddress.createUnresolved("b", 2);

    private final Set<InetSocketAddress> dead = new HashSet<>();
    private long now;
    private final MissingGateways missing = new MissingGateways(
            Duration.ofSeconds(3),
            Duration.ofMinutes(10),
            address -> dead.contains(address) ? Presence.REFUSED : Presence.UNKNOWN,
            () -> now);

    private void pass(Duration time) {
        now += time.toNanos();
        missing.tick();
    }

    @Test
    void theShareOfADeadOneIsFreeAfterItsLease() {
        dead.add(A);
        missing.left(A);
        assertTrue(missing.mayGoOn(A), "nobody has looked yet");
        pass(Duration.ofMillis(500));
        assertFalse(missing.mayGoOn(A));
        assertEquals(1, missing.count());
        pass(Duration.ofMillis(2_999));
        assertEquals(1, missing.count());
        pass(Duration.ofMillis(1));
        assertEquals(0, missing.count());
    }

    @Test
    void ofWhomNothingIsKnownMayGoOnUntilTheRetention() {
        missing.left(A);
        missing.left(B);
        pass(Duration.ofMinutes(9));
        assertEquals(2, missing.count());
        assertTrue(missing.mayGoOn(A));
        missing.joined(A);
        assertEquals(1, missing.count());
        dead.add(B); // its machine answers again, and it has ended
        pass(Duration.ofSeconds(1));
        pass(Duration.ofSeconds(3));
        assertEquals(0, missing.count());
        missing.left(A);
        pass(Duration.ofMinutes(10));
        assertEquals(0, missing.count());
    }
}
