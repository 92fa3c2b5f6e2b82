package dev.penstock.protocol.announcement;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.protocol.announcement.AnnouncedModel.AnnouncedPrice;
import dev.penstock.protocol.announcement.PoolSummary.Load;
import dev.penstock.protocol.announcement.PoolSummary.OfferedModel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a Penstock tells another, and what it believes of it. */
final class PoolSummaryJsonTest {
    private static final String MODEL = """
            {"name":"m","revision":"r","parameters":8,"context_tokens":4096,"tokenizer":"t","capabilities":["chat"],\
            "load":{"capacity":4,"running":1,"queued":0,"pending_tokens":7}}""";
    private static final String SUMMARY = """
            {"protocol":1,"instance":"a1","sequence":3,"draining":false,\
            "load":{"capacity":4,"running":1,"queued":2,"pending_tokens":7},"models":[%s],"models_left_out":0}""";

    private static PoolSummaryJson.Read read(String json) {
        return PoolSummaryJson.read(json.getBytes(StandardCharsets.UTF_8));
    }

    private static OfferedModel offered(String name, Optional<AnnouncedPrice> price) {
        return new OfferedModel(
                new AnnouncedModel(name, "", 0, 0, "", new TreeSet<>(List.of("chat", "tools")), price),
                new Load(8, 3, 2, 100));
    }

    @Test
    void whatIsWrittenIsReadUnchanged() {
        PoolSummary summary = new PoolSummary(
                "f00-1",
                42,
                true,
                new Load(16, 5, 2, 1L << 40),
                List.of(
                        offered("priced", Optional.of(new AnnouncedPrice(0.15, 0.07, 0.6, 2.5))),
                        offered("free", Optional.of(new AnnouncedPrice(0, 0))),
                        offered("nobody-knows", Optional.empty()),
                        offered("名前/\"x\"", Optional.empty())),
                7);
        assertEquals(
                new PoolSummaryJson.Read(summary, List.of()), PoolSummaryJson.read(PoolSummaryJson.write(summary)));
    }

    @Test
    void anUnknownPriceIsAbsentAndNotNothing() {
        PoolSummary summary = new PoolSummary("i", 0, false, Load.NONE, List.of(offered("m", Optional.empty())), 0);
        assertTrue(!new String(PoolSummaryJson.write(summary), StandardCharsets.UTF_8).contains("price"));
    }

    @Test
    void whatALaterVersionSaysBesidesIsPassedOver() {
        PoolSummaryJson.Read plain = read(SUMMARY.formatted(MODEL));
        String more = SUMMARY.formatted(MODEL.replaceFirst("\\{", "{\"colour\":{\"deep\":[1,2]},"))
                .replaceFirst("\\{", "{\"weather\":\"rain\",");
        assertEquals(plain, read(more));
        assertEquals("m", plain.summary().models().getFirst().model().name());
        assertEquals(2, plain.summary().load().queued());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "\"protocol\":1 | \"protocol\":2 | protocol: 2 (expected: 1)",
                "\"protocol\":1, | | protocol: missing",
                "\"instance\":\"a1\" | \"instance\":\"a 1\" | instance: ",
                "\"instance\":\"a1\" | \"instance\":7 | instance: (expected: a string)",
                "\"sequence\":3 | \"sequence\":-3 | sequence: -3",
                "\"sequence\":3 | \"sequence\":3.5 | sequence: (expected: an integer)",
                "\"draining\":false | \"draining\":\"no\" | draining: (expected: true or false)",
                "\"capacity\":4,\"running\":1,\"queued\":2 | \"capacity\":4,\"running\":-1,\"queued\":2 | running: -1",
                "\"capacity\":4,\"running\":1,\"queued\":2 | \"capacity\":2000000000,\"running\":1,\"queued\":2 | load.capacity: 2000000000",
                "\"models\":[%s] | \"models\":{} | models: (expected: a list)",
                "\"sequence\":3 | \"sequence\":3,\"sequence\":4 | summary: not the JSON expected",
                "\"models_left_out\":0} | \"models_left_out\":0} {} | summary: not the JSON expected",
                "\"models_left_out\":0} | \"models_left_out\":0 | summary: not the JSON expected",
            })
    void whatIsWrongRefusesTheWhole(String right, String wrong, String why) {
        String text = SUMMARY.replace(right, wrong == null ? "" : wrong).replace("%s", MODEL);
        assertTrue(!text.equals(SUMMARY.formatted(MODEL)), "nothing was changed");
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> read(text));
        assertTrue(String.valueOf(refused.getMessage()).startsWith(why), refused::getMessage);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "\"name\":\"m\" | \"name\":\"\" | model.name: ",
                "\"name\":\"m\" | \"name\":\"a\\u0007b\" | model.name: ",
                "\"name\":\"m\" | \"name\":\"other\" | models: a name twice",
                "\"capabilities\":[\"chat\"] | \"capabilities\":[\"\"] | model.capabilities: ",
                "\"parameters\":8 | \"parameters\":-8 | parameters: -8",
                "\"context_tokens\":4096 | \"context_tokens\":99999999999 | context_tokens: ",
                "\"tokenizer\":\"t\" | \"tokenizer\":\"t\",\"price\":{\"input_per_million\":-1,\"output_per_million\":1} | price.input: -1.0",
                "\"capacity\":4 | \"capacity\":\"four\" | capacity: (expected: an integer)",
            })
    void aModelThatIsWrongIsLeftOutAlone(String right, String wrong, String why) {
        String bad = MODEL.replace(right, wrong);
        assertTrue(!bad.equals(MODEL), "nothing was changed");
        PoolSummaryJson.Read read = read(SUMMARY.formatted(MODEL.replace("\"m\"", "\"other\"") + "," + bad));
        assertEquals(
                List.of("other"),
                read.summary().models().stream()
                        .map(offered -> offered.model().name())
                        .toList());
        assertEquals(1, read.refused().size());
        assertTrue(read.refused().getFirst().startsWith(why), read.refused()::toString);
    }

    @Test
    void itIsBounded() {
        List<OfferedModel> all = IntStream.range(0, PoolSummary.MAX_MODELS)
                .mapToObj(i -> offered("名".repeat(250) + i, Optional.of(new AnnouncedPrice(i, i))))
                .toList();
        byte[] json = PoolSummaryJson.write(new PoolSummary("i", 1, false, Load.NONE, all, 5));
        assertTrue(json.length <= PoolSummary.MAX_BYTES, json.length + " bytes");
        assertTrue(json.length > PoolSummary.MAX_BYTES / 2, json.length + " bytes: more would have fitted");
        PoolSummary told = PoolSummaryJson.read(json).summary();
        assertEquals(all.size() + 5, told.models().size() + told.leftOut());

        String many = String.join(
                ",",
                IntStream.rangeClosed(0, PoolSummary.MAX_MODELS)
                        .mapToObj(i -> MODEL.replace("\"m\"", "\"m" + i + "\""))
                        .toList());
        assertThrows(IllegalArgumentException.class, () -> read(SUMMARY.formatted(many)));
        byte[] padded = Arrays.copyOf(json, PoolSummary.MAX_BYTES + 1);
        Arrays.fill(padded, json.length, padded.length, (byte) ' ');
        assertThrows(IllegalArgumentException.class, () -> PoolSummaryJson.read(padded));
    }

    @Test
    void packedItIsTheSameAndNoBomb() {
        byte[] json = SUMMARY.formatted(MODEL).getBytes(StandardCharsets.UTF_8);
        assertArrayEquals(json, PoolSummaryJson.unpacked(PoolSummaryJson.packed(json)));
        byte[] bomb = PoolSummaryJson.packed(new byte[100 << 20]);
        assertTrue(bomb.length < PoolSummary.MAX_BYTES, bomb.length + " bytes");
        assertEquals(PoolSummary.MAX_BYTES + 1, PoolSummaryJson.unpacked(bomb).length);
        assertThrows(IllegalArgumentException.class, () -> PoolSummaryJson.unpacked(json));
        byte[] cut = Arrays.copyOf(PoolSummaryJson.packed(json), 40);
        assertThrows(IllegalArgumentException.class, () -> PoolSummaryJson.unpacked(cut));
    }

    /** Whatever comes, it is read or refused with a word; nothing else is thrown. */
    @Test
    void whateverComesIsReadOrRefused() {
        long seed = 20261128;
        Random random = new Random(seed);
        byte[] right = SUMMARY.formatted(MODEL).getBytes(StandardCharsets.UTF_8);
        int refused = 0;
        for (int i = 0; i < 5_000; i++) {
            byte[] changed = Arrays.copyOf(right, random.nextInt(4) == 0 ? random.nextInt(right.length) : right.length);
            for (int flips = random.nextInt(4); flips > 0 && changed.length > 0; flips--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            try {
                PoolSummaryJson.read(changed);
            } catch (IllegalArgumentException expected) {
                assertTrue(
                        expected.getMessage() != null && !expected.getMessage().isEmpty(), "seed " + seed);
                refused++;
            }
        }
        assertTrue(refused > 1_000, refused + " refused, seed " + seed);
    }
}
