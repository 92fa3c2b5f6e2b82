package dev.penstock.runtime.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TransportsTest {
    @ParameterizedTest
    @EnumSource(TransportName.class)
    void everyTransportThatThisMachineHasServes(TransportName name) throws Exception {
        try {
            Transports.choose(name);
        } catch (IllegalArgumentException absent) {
            Assumptions.abort(String.valueOf(absent.getMessage()));
        }
        try (EchoServer server = new EchoServer(ListenerConfig.loopback(0), name)) {
            String answer = server.exchange("GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            assertTrue(answer.endsWith("GET /a "), answer);
        }
    }

    @Test
    void theChoiceSaysWhy() {
        Transports.Choice choice = Transports.choose(TransportName.AUTO);
        assertNotEquals(TransportName.AUTO, choice.name());
        assertFalse(choice.reason().isBlank());
        assertEquals(TransportName.NIO, Transports.choose(TransportName.NIO).name());
    }

    /** The native jars are on the class path, and their libraries load under this Netty. */
    @Test
    void linuxHasANativeTransport() {
        Assumptions.assumeTrue(System.getProperty("os.name").equals("Linux"));
        assertNotEquals(
                TransportName.NIO,
                Transports.choose(TransportName.AUTO).name(),
                Transports.choose(TransportName.AUTO).reason());
    }
}
