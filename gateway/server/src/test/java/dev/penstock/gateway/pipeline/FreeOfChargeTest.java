package dev.penstock.gateway.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FreeOfChargeTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
                    {"usage":{"total_tokens":7,"cost_usd":0.00012}} | {"usage":{"total_tokens":7,"cost_usd":0}}
                    {"usage":{"cost_usd":3}}                        | {"usage":{"cost_usd":0}}
                    {"content":"say \\"cost_usd\\":5"}             | {"content":"say \\"cost_usd\\":5"}
                    {"content":"cost_usd"}                          | {"content":"cost_usd"}
                    {                                               | {
                    """)
    void whatAnotherPaidIsNotToldToWhoPaysNothing(String told, String free) {
        assertEquals(free, FreeOfCharge.of(Buffer.buffer(told)).toString());
    }
}
