package dev.penstock.gateway.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.runtime.net.Cidr;
import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointRulesTest {
    private static final EndpointRules PRIVATE = new EndpointRules(EndpointRules.PRIVATE_NETWORKS);
    private static final EndpointRules EVERYTHING =
            new EndpointRules(List.of(Cidr.parse("0.0.0.0/0"), Cidr.parse("::/0")));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "10.255.0.1",
                "172.16.0.1",
                "172.31.255.255",
                "192.168.1.1",
                "100.64.0.1",
                "::1",
                "fd12:3456::1",
                "::ffff:10.0.0.1"
            })
    void privateNetworksAreAllowed(String address) {
        assertTrue(PRIVATE.allows(InetAddress.ofLiteral(address)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "172.32.0.1", "172.15.255.255", "11.0.0.1", "2600::1", "100.128.0.1"})
    void othersAreNotUnlessConfigured(String address) {
        assertEquals(false, PRIVATE.allows(InetAddress.ofLiteral(address)));
        assertTrue(EVERYTHING.allows(InetAddress.ofLiteral(address)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "169.254.169.254",
                "169.254.1.1",
                "::ffff:169.254.169.254",
                "::169.254.169.254",
                "::10.0.0.1",
                "fe80::1",
                "fd00:ec2::254",
                "2002:a9fe:a9fe::1",
                "64:ff9b::a9fe:a9fe",
                "64:ff9b:1::a9fe:a9fe",
                "2001:0:a9fe:a9fe::1",
                "0.0.0.0",
                "0.1.2.3",
                "::",
                "224.0.0.1",
                "255.255.255.255",
                "ff02::1",
                "100.100.100.200"
            })
    void someAreRefusedWhateverIsConfigured(String address) {
        assertEquals(false, EVERYTHING.allows(InetAddress.ofLiteral(address)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://2852039166",
                "http://0xA9FEA9FE",
                "http://0x",
                "http://0xa9.0xfe.0xa9.0xfe",
                "http://0251.0376.0251.0376",
                "http://169.254.43518",
                "http://127.1",
                "http://127.0.0.1.",
                "http://127.0.0.01",
                "http://1.2.3.4.5",
                "http://256.1.1.1",
                "http://[fe80::1%25eth0]",
                "http://user@10.0.0.1",
                "http://10.0.0.1?x",
                "http://10.0.0.1#x",
                "http://10.0.0.1:0",
                "http://10.0.0.1:70000",
                "ftp://10.0.0.1",
                "file:///etc/passwd",
                "http:///path",
                "10.0.0.1:80x"
            })
    void otherWaysOfWritingAnEndpointAreRefused(String endpoint) {
        assertTrue(EVERYTHING.fault(uri(endpoint)).isPresent(), endpoint);
    }

    /** What is no URI never comes so far. */
    private static URI uri(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            return URI.create("not:a-uri");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://10.0.0.1",
                "https://10.0.0.1:8443/prefix",
                "http://[fd00::1]:80",
                "http://gpu-1",
                "http://gpu-1.plant.example:81",
                "http://3f2a1b9c0d1e:8081"
            })
    void usualOnesAreNot(String endpoint) {
        assertTrue(PRIVATE.fault(URI.create(endpoint)).isEmpty(), endpoint);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8,10.255.255.255,true",
        "10.0.0.0/8,11.0.0.0,false",
        "10.0.0.0/9,10.128.0.0,false",
        "0.0.0.0/0,1.2.3.4,true",
        "0.0.0.0/0,::1,false",
        "fc00::/7,fdff::,true",
        "fc00::/7,fe00::,false",
        "10.1.2.3,10.1.2.3,true",
        "10.1.2.3,10.1.2.2,false",
        "10.1.2.3/31,10.1.2.2,true"
    })
    void networks(String network, String address, boolean expected) {
        assertEquals(expected, Cidr.parse(network).contains(InetAddress.ofLiteral(address)));
    }

    @Test
    void networksThatAreNoneAreNamed() {
        for (String text : List.of("10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "ten/8", "", "10.0.0.0/")) {
            IllegalArgumentException refused =
                    assertThrows(IllegalArgumentException.class, () -> Cidr.parse(text), text);
            assertTrue(String.valueOf(refused.getMessage()).startsWith("network: \"" + text + "\""));
        }
    }
}
