package dev.penstock.gateway.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.pipeline.Hops;
import dev.penstock.protocol.JsonRejectedException;
import io.vertx.core.Future;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way of a request from Penstock to Penstock. */
final class PeeringTest {
    private final Peering here = new Peering(new Hops(List.of("here")), principal -> Future.failedFuture("none"));

    @Test
    void aClientsOwnRequestHasComeHereOnly() throws Exception {
        Hops hops = here.hops(List.of());
        assertEquals("here", hops.text());
        assertFalse(hops.relayed());
    }

    @Test
    void thisOneIsTheLastOfTheWay() throws Exception {
        Hops hops = here.hops(List.of("a-1,b2"));
        assertEquals("a-1, b2, here", hops.text());
        assertTrue(hops.relayed());
        assertEquals(hops, Hops.parse(hops.text()).orElseThrow());
    }

    @Test
    void aLoopIsRefused() {
        JsonRejectedException met = assertThrows(JsonRejectedException.class, () -> here.hops(List.of("a, here, b")));
        assertEquals(508, met.error().status());
        assertEquals("loop_detected", met.error().code().orElseThrow());
        JsonRejectedException long8 =
                assertThrows(JsonRejectedException.class, () -> here.hops(List.of("a,b,c,d,e,f,g,h")));
        assertEquals(508, long8.error().status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a,", "a b", "a;b", "a,b,c,d,e,f,g,h,i", "ä", "a\u0000"})
    void whatIsNotWellFormedIsRefused(String header) {
        JsonRejectedException refused = assertThrows(JsonRejectedException.class, () -> here.hops(List.of(header)));
        assertEquals(400, refused.error().status());
    }

    @Test
    void itIsToldOnce() {
        JsonRejectedException refused = assertThrows(JsonRejectedException.class, () -> here.hops(List.of("a", "b")));
        assertEquals(400, refused.error().status());
    }
}
