package dev.penstock.loadtest.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

final class TargetsTest {
    private static final URI UPSTREAM = URI.create("http://127.0.0.1:9901");

    @Test
    void nginxKeepsItsConnectionsAndBuffersWhatIsNoStream() {
        String text = new NginxConfig(UPSTREAM, Path.of("/tmp/a b"), 7001, 7002, 3, false).text();
        for (String line : List.of(
                "worker_processes 3;",
                "server 127.0.0.1:9901;",
                "access_log \"/tmp/a b/access.log\" combined buffer=64k flush=1s;",
                "proxy_http_version 1.1;",
                "proxy_set_header Connection \"\";",
                "client_body_buffer_size 64k;",
                "worker_connections 16384;")) {
            assertEquals(
                    1, text.lines().filter(each -> each.strip().equals(line)).count(), line + " in\n" + text);
        }
        assertEquals(
                2,
                text.lines()
                        .filter(each -> each.strip().equals("keepalive_requests 1000000;"))
                        .count());
        assertTrue(text.indexOf("7001") < text.indexOf("proxy_buffering on"), text);
        assertTrue(text.indexOf("7002") < text.indexOf("proxy_buffering off"), text);
        assertTrue(text.indexOf("proxy_buffering on") < text.indexOf("7002"), text);
        assertEquals(
                text.chars().filter(c -> c == '{').count(),
                text.chars().filter(c -> c == '}').count());
    }

    @Test
    void nginxStaysRootOnlyWhereItIs() {
        assertTrue(
                new NginxConfig(UPSTREAM, Path.of("/d"), 1, 2, 1, true).text().startsWith("user root;"));
        assertTrue(
                new NginxConfig(UPSTREAM, Path.of("/d"), 1, 2, 1, false).text().startsWith("# user root;"));
    }

    @Test
    void whatIsNotThereSaysSo() {
        assertTrue(new NginxTarget(Optional.empty()).missing().isPresent());
        assertTrue(BenchSamples.gateway().missing().orElse("").contains("penstock cannot be run"));
    }

    @Test
    void theConfigurationHasTheHashAndNotTheKey() {
        String configuration = BenchSamples.gateway().configuration(UPSTREAM, 1, 2);
        assertTrue(configuration.contains("hash: 'sha256:"), configuration);
        assertFalse(configuration.contains(BenchSamples.KEY), configuration);
    }

    @Test
    void theHeapIsReadOfEveryCollector() {
        assertEquals(OptionalDouble.of((3276 + 21_719) * 1024.0), HeapProbe.used("""
                        22167:
                        PSYoungGen      total 76288K, used 3276K [0x00000000fab00000, 0x0000000100000000)
                         eden space 65536K, 5% used [0x00000000fab00000,0x00000000fae33378)
                        ParOldGen       total 175104K, used 21719K [0x00000000f0000000, 0x00000000fab00000)
                         object space 175104K, 12% used [0x00000000f0000000,0x00000000f1535e48)
                        Metaspace       used 88K, committed 256K, reserved 1048576K
                          class space    used 3K, committed 128K, reserved 1048576K
                        """));
        assertEquals(OptionalDouble.of(42_921 * 1024.0), HeapProbe.used("""
                        garbage-first heap   total reserved 262144K, committed 147456K, used 42921K [0x0)
                         region size 1024K, 1 young (1024K), 0 survivors (0K)
                        """));
        assertEquals(
                OptionalDouble.of(44 << 20), HeapProbe.used(" ZHeap   used 44M, capacity 256M, max capacity 256M\n"));
        assertEquals(OptionalDouble.empty(), HeapProbe.used("no such process"));
    }
}
