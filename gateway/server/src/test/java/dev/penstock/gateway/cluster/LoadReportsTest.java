package dev.penstock.gateway.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.gateway.cluster.LoadReports.Report;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadReportsTest {
    @Test
    void readsWhatOurWorkersAndVllmSay() {
        assertEquals(
                Optional.of(new Report(OptionalInt.of(3), 1, 0.42)),
                LoadReports.parse("TEXT named_metrics.num_requests_running=3, named_metrics.num_requests_waiting=1, "
                        + "named_metrics.kv_cache_usage_perc=0.42"));
        assertEquals(
                Optional.of(new Report(OptionalInt.empty(), 4, 0.5)),
                LoadReports.parse(
                        "TEXT named_metrics.kv_cache_usage_perc=0.5, named_metrics.num_requests_waiting=4.0"));
        assertEquals(
                Optional.of(new Report(OptionalInt.empty(), 4, 0)),
                LoadReports.parse("text cpu_utilization=0.3,named_metrics.num_requests_waiting=4,eps=1e-3"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "TEXT",
                "TEXT ",
                "TEXT cpu_utilization=0.3",
                "JSON {\"named_metrics\": {\"num_requests_waiting\": 4}}",
                "BIN AAAA named_metrics.num_requests_waiting=4",
                "TEXT named_metrics.num_requests_waiting",
                "TEXT named_metrics.num_requests_waiting=",
                "TEXT named_metrics.num_requests_waiting=4,",
                "TEXT named_metrics.num_requests_waiting=-1",
                "TEXT named_metrics.num_requests_waiting=NaN",
                "TEXT named_metrics.num_requests_waiting=Infinity",
                "TEXT named_metrics.num_requests_waiting=1e999",
                "TEXT named_metrics.num_requests_waiting=0x10",
                "TEXT named_metrics.num_requests_waiting=4d",
                "TEXT named_metrics.num_requests_waiting=99999999",
                "TEXT named_metrics.num_requests_running=1e300, named_metrics.num_requests_waiting=1",
                "TEXT named_metrics.num_requests_waiting=4, named_metrics.kv_cache_usage_perc=1.5",
                "TEXT named_metrics.num_requests_waiting=4, named_metrics.other=x",
            })
    void whatIsNotWellFormedIsNotBelieved(String header) {
        assertEquals(Optional.empty(), LoadReports.parse(header));
    }

    @Test
    void aLongOneIsNotRead() {
        String report = "TEXT named_metrics.num_requests_waiting=4";
        assertTrue(LoadReports.parse(report + ",a=1".repeat(200)).isPresent());
        assertEquals(Optional.empty(), LoadReports.parse(report + ",a=1".repeat(300)));
    }

    @Test
    void readsWhatIsLeftOfPrompts() {
        String load = "TEXT named_metrics.num_requests_waiting=1";
        String left = ", named_metrics.prompt_tokens_waiting=1200";
        String computed = ", named_metrics.prompt_tokens_computed=5e6";
        assertEquals(
                Optional.of(new LoadReports.Prompts(1_200, 5_000_000)), LoadReports.prompts(load + left + computed));
        assertEquals(Optional.empty(), LoadReports.prompts(load + left));
        assertEquals(Optional.empty(), LoadReports.prompts(load + computed));
        assertEquals(
                Optional.empty(), LoadReports.prompts(load + left + ", named_metrics.prompt_tokens_computed=1e99"));
        assertEquals(Optional.empty(), LoadReports.prompts(load + left + computed + ", oops"));
    }
}
