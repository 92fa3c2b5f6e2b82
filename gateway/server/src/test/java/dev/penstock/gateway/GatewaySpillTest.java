package dev.penstock.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a gateway has learned outlives it, where it is to. */
@Timeout(120)
final class GatewaySpillTest {
    @TempDir
    private Path directory;

    private GatewayRig rig;

    @BeforeEach
    void begin() throws Exception {
        rig = new GatewayRig(directory);
    }

    @AfterEach
    void end() {
        rig.close();
    }

    private GatewayProcess start() throws Exception {
        return rig.start("cache: {spill: true}\nstore: {directory: " + directory.resolve("store") + "}\n");
    }

    private String source(GatewayProcess gateway, String model, String text) throws Exception {
        HttpResponse<String> answer = rig.ask(
                gateway,
                "",
                "/v1/chat/completions",
                "{\"model\":\"" + model + "\",\"temperature\":0,\"messages\":[{\"role\":\"user\",\"content\":\"" + text
                        + "\"}]}");
        assertEquals(200, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("one two three"), answer.body());
        return answer.headers().firstValue("x-penstock-cache").orElse("");
    }

    private void holds(GatewayProcess gateway, int entries) throws Exception {
        Eventually.await(
                entries + " answers",
                () -> rig.told(rig.admin(gateway, "GET", "/admin/cache", ""))
                                .path("entries")
                                .asInt()
                        == entries);
    }

    @Test
    void aGatewayThatIsStartedAgainKnowsWhatItLearned() throws Exception {
        GatewayProcess before = start();
        for (int i = 0; i < 40; i++) {
            assertEquals("miss", source(before, "m", "question " + i));
        }
        holds(before, 40);
        rig.stop(before);
        Path key = directory.resolve("store/answers.key");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(key)));
        nothingIsReadable();

        GatewayProcess after = start();
        holds(after, 40);
        for (int i = 0; i < 40; i++) {
            assertEquals("exact", source(after, "m", "question " + i));
        }
        assertEquals(40, rig.upstream.bodies().size());
        rig.stop(after);

        Files.delete(key);
        GatewayProcess other = start();
        assertEquals("miss", source(other, "m", "question 0"), "another secret opens none of it");
    }

    private void nothingIsReadable() throws Exception {
        try (Stream<Path> files = Files.walk(directory.resolve("store"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file, StandardCharsets.ISO_8859_1);
                for (String plain : List.of("one two three", "question 7")) {
                    assertFalse(text.contains(plain), file + " has \"" + plain + "\"");
                }
            }
        }
    }

    @Test
    void whatWasPurgedDoesNotComeBack() throws Exception {
        GatewayProcess before = start();
        for (String model : List.of("m", "n")) {
            assertEquals("miss", source(before, model, "question"));
        }
        holds(before, 2);
        assertEquals(
                200,
                rig.admin(before, "POST", "/admin/cache/purge", "{\"model\":\"m\"}")
                        .statusCode());
        holds(before, 1);
        rig.stop(before);

        GatewayProcess after = start();
        holds(after, 1);
        assertEquals("exact", source(after, "n", "question"));
        assertEquals("miss", source(after, "m", "question"));
        holds(after, 2);
        rig.stop(after);
        GatewayProcess again = start();
        holds(again, 2);
        assertEquals("exact", source(again, "m", "question"), "what was asked afterwards is kept");
    }
}
