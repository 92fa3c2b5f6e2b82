package dev.penstock.loadtest.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

final class BenchReportTest {
    @Test
    void textHasARowForEachTarget() {
        String text = BenchReport.text(BenchSamples.result());
        assertTrue(text.contains("processor: A <fast> CPU & more, 2 cores\n"), text);
        assertTrue(text.contains("litellm: left out: not \"installed\"\n"), text);
        String row = text.lines()
                .filter(line -> line.startsWith("penstock "))
                .findFirst()
                .orElse("");
        assertEquals(
                List.of(
                        "penstock",
                        "200",
                        "180..220",
                        "0.50x",
                        "0.20x",
                        "500 µs",
                        "5 ms",
                        "-",
                        "10 ms",
                        "400 µs",
                        "4 ms",
                        "1.50",
                        "64 MiB",
                        "3"),
                List.of(row.split(" {2,}")),
                text);
        assertTrue(text.lines().anyMatch(line -> line.matches("json-1k:64, penstock, cut +2")), text);
        assertTrue(text.lines().anyMatch(line -> line.matches("json-1k:64, penstock, while warming up +1")), text);
        assertTrue(text.lines().anyMatch(line -> line.matches("penstock +20 KiB")), text);
    }

    @Test
    void jsonHasMediansAndEachMeasurement() throws Exception {
        JsonNode json = new ObjectMapper().readTree(BenchReport.json(BenchSamples.result()));
        assertEquals(4, json.at("/scenarios").size());
        assertEquals(36, json.at("/measurements").size());
        JsonNode penstock = json.at("/scenarios/1/targets/2");
        assertEquals("json-1k:64", json.at("/scenarios/1/scenario").textValue());
        assertEquals("penstock", penstock.at("/target").textValue());
        assertEquals(0.5, penstock.at("/ratio_to_nginx/median").doubleValue());
        assertEquals(0.4, penstock.at("/added_p50_ms").doubleValue());
        assertEquals(5, penstock.at("/p99_ms/max").doubleValue());
        assertEquals(2, penstock.at("/failures/cut").intValue());
        assertTrue(json.at("/scenarios/1/targets/0/cpu_seconds_per_10k").isMissingNode());
        assertEquals(20_480, json.at("/heap_bytes_per_stream/penstock").doubleValue());
    }

    @Test
    void htmlNeedsNothingBesideItselfAndIsWellFormed() throws Exception {
        String html = BenchReport.html(BenchSamples.result());
        for (String outside : List.of("http:", "https:", "url(", "@import", "src=", "href=", "<script", "<link")) {
            assertFalse(html.contains(outside), outside);
        }
        assertTrue(html.contains("A &lt;fast&gt; CPU &amp; more"));
        assertFalse(html.contains("NaN"));
        Document page = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(html.replaceFirst("<!DOCTYPE html>", "")
                        .replaceAll("(<meta [^>]*)>", "$1/>")
                        .strip())));
        assertEquals(5, page.getElementsByTagName("svg").getLength(), "ratios, and a chart a scenario");
    }

    @Test
    void nothingHasTheKey() {
        BenchResult result = BenchSamples.result();
        for (String report : List.of(BenchReport.text(result), BenchReport.json(result), BenchReport.html(result))) {
            assertFalse(report.contains(BenchSamples.KEY));
        }
    }
}
