package dev.penstock.loadtest.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.penstock.loadtest.generator.LoadResult;
import java.io.StringReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

final class LoadReportTest {
    @Test
    void textHasAllFigures() {
        assertEquals(
                """
                http://127.0.0.1:8080/v1
                1,000 requests/s (Poisson), at most 64 connections, 75 % chat, 25 % streams, 2 s after 1 s of warm-up

                         sent  right  failed  failed %  right/s  goodput/s  tokens/s  MiB/s
                chat    1,003  1,000       3  0.2991 %      500        495     8,000      1
                stream    500    500       0       0 %      250        250     4,000  0.500
                all     1,503  1,500       3  0.1996 %      750        745    12,000   1.50
                """.lines().toList(),
                LoadReport.text(Samples.plan(), Samples.result())
                        .lines()
                        .limit(7)
                        .toList());
        String text = LoadReport.text(Samples.plan(), Samples.result());
        assertTrue(text.lines().anyMatch(line -> line.matches("chat, end to end +1,000 +500 ms +900 ms .*")), text);
        assertTrue(text.lines().anyMatch(line -> line.matches("stream, between tokens +7,500 +3\\.75 ms .*")), text);
        assertTrue(text.lines().anyMatch(line -> line.matches("send lag +1,500 +7\\.50 ms .*")), text);
        assertTrue(text.lines().anyMatch(line -> line.matches("chat, content +1 +not the text .*")), text);
        assertTrue(text.lines().noneMatch(line -> line.startsWith("chat, first token")), text);
    }

    @Test
    void jsonNamesUnitsAndPercentiles() throws Exception {
        JsonNode json = new ObjectMapper().readTree(LoadReport.json(Samples.plan(), Samples.result()));
        assertEquals("poisson", json.at("/plan/arrivals/type").textValue());
        assertEquals(1000, json.at("/plan/arrivals/requests_per_second").doubleValue());
        assertEquals(4, json.at("/plan/answer_key/token_bytes").intValue());
        assertEquals(750, json.at("/result/right_per_second").doubleValue());
        assertEquals(745, json.at("/result/goodput_per_second").doubleValue());
        assertEquals(2, json.at("/result/kinds/chat/failures/timeout").intValue());
        assertEquals(500, json.at("/result/kinds/chat/end_to_end_ms/p50").doubleValue(), 1);
        assertEquals(2000, json.at("/result/kinds/stream/end_to_end_ms/max").doubleValue(), 2);
        assertTrue(json.at("/result/kinds/stream/first_token_ms/curve").size() > 10);
        assertTrue(json.at("/result/kinds/chat/first_token_ms").isMissingNode());
        assertEquals(3, json.at("/result/seconds").size());
        assertEquals(1.5, json.at("/result/seconds/2/p99_ms").doubleValue());
    }

    @Test
    void htmlNeedsNothingBesideItselfAndIsWellFormed() throws Exception {
        String html = LoadReport.html(Samples.plan(), Samples.result());
        String withoutTarget = html.replace("http://127.0.0.1:8080/v1", "");
        for (String outside : List.of("http:", "https:", "url(", "@import", "src=", "href=", "<script", "<link")) {
            assertFalse(withoutTarget.contains(outside), outside);
        }
        assertTrue(html.contains("&lt;script&gt;alert(&#39;m&#39;)&lt;/script&gt; &amp; &quot;co&quot;"));
        assertTrue(html.contains("prefers-color-scheme: dark"));
        Document page = parse(html);
        assertEquals(3, page.getElementsByTagName("h2").getLength() - 4, "plots beside four tables");
        assertTrue(html.contains("warm-up"));
        assertFalse(html.contains("NaN"));
    }

    @Test
    void nothingHasTheKey() {
        for (String report : List.of(
                LoadReport.text(Samples.plan(), Samples.result()),
                LoadReport.json(Samples.plan(), Samples.result()),
                LoadReport.html(Samples.plan(), Samples.result()))) {
            assertFalse(report.contains(Samples.SECRET));
            assertFalse(report.contains("urlsecret"), "the URL's user");
        }
    }

    @Test
    void aRunWithoutAnswersIsAReportToo() throws Exception {
        LoadResult nothing = new LoadResult(Duration.ofSeconds(2), Map.of(), new Histogram(3), List.of());
        assertTrue(LoadReport.text(Samples.plan(), nothing).contains("all"));
        assertEquals(
                0,
                new ObjectMapper()
                        .readTree(LoadReport.json(Samples.plan(), nothing))
                        .at("/result/right_per_second")
                        .doubleValue());
        parse(LoadReport.html(Samples.plan(), nothing));
    }

    private static Document parse(String html) throws Exception {
        String xml = html.replaceFirst("<!DOCTYPE html>", "").replaceAll("(<meta [^>]*)>", "$1/>");
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(xml.strip())));
    }
}
