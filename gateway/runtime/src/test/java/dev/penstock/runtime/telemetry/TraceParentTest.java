package dev.penstock.runtime.telemetry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceParentTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String SPAN = "b7ad6b7169203331";

    @ParameterizedTest
    @CsvSource({
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01, 1, true",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00, 0, false",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ff, 255, true",
        "01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-03, 3, true",
        "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-what-comes-later, 1, true"
    })
    void valid(String header, int flags, boolean sampled) {
        TraceParent parsed = TraceParent.parse(header).orElseThrow();
        assertEquals(new TraceParent(TRACE, SPAN, flags), parsed);
        assertEquals(sampled, parsed.sampled());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
                "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01more",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-zz",
                "00_0af7651916cd43dd8448eb211c80319c_b7ad6b7169203331_01",
                "00-0af7651916cd43dd8448eb211c80319-b7ad6b71692033311-01 "
            })
    void invalid(String header) {
        assertEquals(Optional.empty(), TraceParent.parse(header));
    }

    @Test
    void generatedOnesAreValidAndDiffer() {
        SplittableRandom random = new SplittableRandom(7);
        TraceParent first = TraceParent.generate(random, true);
        TraceParent second = TraceParent.generate(random, false);
        assertEquals(Optional.of(first), TraceParent.parse(first.header()));
        assertEquals(Optional.of(second), TraceParent.parse(second.header()));
        assertNotEquals(first.traceId(), second.traceId());
        assertTrue(first.sampled() && !second.sampled());
    }

    @Test
    void aChildKeepsTheTraceAndItsFlags() {
        TraceParent parent = new TraceParent(TRACE, SPAN, 1);
        TraceParent child = parent.child(new SplittableRandom(7));
        assertEquals(TRACE, child.traceId());
        assertEquals(1, child.flags());
        assertNotEquals(SPAN, child.spanId());
    }
}
