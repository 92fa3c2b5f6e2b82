package dev.penstock.loadtest.memory;

import dev.penstock.loadtest.generator.Arrivals;
import dev.penstock.loadtest.generator.Mix;
import dev.penstock.loadtest.generator.RequestShape;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * What one gateway is asked.
 *
 * @param group what it is compared within
 * @param id its name in reports
 * @param subject which gateway
 * @param arrivals when requests are sent
 * @param connections at most; exactly so many when saturating
 * @param mix what they ask for
 * @param shape what they ask, by the round
 * @param headers that they have beside the usual ones
 */
record Step(
        Group group,
        String id,
        Subject subject,
        Arrivals arrivals,
        int connections,
        Mix mix,
        IntFunction<RequestShape> shape,
        Map<String, String> headers) {}
