package dev.penstock.routing.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReachabilityTest {
    /** a: alive, u: unready, b: broken, t: probe timed out, h: the same while heartbeats come, c: connection broken, s: silence. */
    @ParameterizedTest
    @CsvSource({
        "'',UNPROVEN",
        "a,REACHABLE",
        "u,UNPROVEN",
        "b,UNPROVEN",
        "t,UNPROVEN",
        "s,UNPROVEN",
        "tta,REACHABLE",
        "at,REACHABLE",
        "att,SILENT",
        "atat,REACHABLE",
        "ab,SUSPECT",
        "au,SUSPECT",
        "ac,SUSPECT",
        "as,SILENT",
        "aca,REACHABLE",
        "act,SUSPECT",
        "asta,REACHABLE",
        "acat,REACHABLE",
        "ahhhhhhhhh,REACHABLE",
        "ahhhhhhhhhh,SILENT",
        "ahhhhhhahhhhhh,REACHABLE",
        "aht,SILENT",
        "ahb,SUSPECT",
        "ahs,SILENT",
        "attb,SUSPECT",
        "attc,SUSPECT",
        "actt,SUSPECT",
        "atts,SILENT",
        "atta,REACHABLE",
        "attat,REACHABLE",
    })
    void followsItsEvidence(String events, Reachability.State expected) {
        Reachability reachability = Reachability.UNPROVEN;
        for (int i = 0; i < events.length(); i++) {
            char event = events.charAt(i);
            reachability = switch (event) {
                case 'a' -> reachability.onProbe(ProbeResult.ALIVE, true);
                case 'u' -> reachability.onProbe(ProbeResult.UNREADY, true);
                case 'b' -> reachability.onProbe(ProbeResult.BROKEN, true);
                case 't' -> reachability.onProbe(ProbeResult.TIMED_OUT, false);
                case 'h' -> reachability.onProbe(ProbeResult.TIMED_OUT, true);
                case 'c' -> reachability.onBrokenConnection();
                case 's' -> reachability.onSilence();
                default -> throw new IllegalArgumentException(String.valueOf(event));
            };
        }
        assertEquals(expected, reachability.state());
        assertEquals(expected == Reachability.State.REACHABLE, reachability.reachable());
    }
}
