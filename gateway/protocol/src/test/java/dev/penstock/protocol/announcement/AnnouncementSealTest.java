package dev.penstock.protocol.announcement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.penstock.protocol.announcement.AnnouncedModel.AnnouncedPrice;
import dev.penstock.protocol.announcement.AnnouncedModel.AnnouncedRates;
import dev.penstock.protocol.announcement.AnnouncementRefusedException.Reason;
import dev.penstock.protocol.announcement.WorkerAnnouncement.Sequence;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AnnouncementSealTest {
    private static final ClusterSecret SECRET = ClusterSecret.of("a secret of enough bytes");
    private static final AnnouncementSeal SEAL = new AnnouncementSeal(SECRET);

    @Test
    void whatIsSealedIsOpenedUnchanged() throws Exception {
        WorkerAnnouncement announcement = announcement("edge/worker-1", 7, 42);

        assertEquals(announcement, SEAL.open("edge/worker-1", SEAL.seal(announcement)));
    }

    @Test
    void anotherSecretForgesNothing() {
        byte[] record =
                new AnnouncementSeal(ClusterSecret.of("another secret of enough bytes")).seal(announcement("w1", 1, 1));

        assertEquals(Reason.FORGED, refusal("w1", record));
    }

    @Test
    void anyChangedBitIsSeen() {
        byte[] record = SEAL.seal(announcement("w1", 1, 1));
        for (int position = 0; position < record.length; position++) {
            byte[] changed = record.clone();
            changed[position] ^= 1;
            Reason reason = refusal("w1", changed);
            assertTrue(reason == Reason.FORGED || reason == Reason.MALFORMED, "byte " + position + ": " + reason);
        }
    }

    @Test
    void aRecordCutShortIsSeen() {
        byte[] record = SEAL.seal(announcement("w1", 1, 1));
        for (int length = 0; length < record.length; length++) {
            Reason reason = refusal("w1", java.util.Arrays.copyOf(record, length));
            assertTrue(reason == Reason.FORGED || reason == Reason.MALFORMED, "length " + length + ": " + reason);
        }
    }

    @Test
    void aRecordUnderAnotherNameIsRefused() {
        assertEquals(Reason.WRONG_KEY, refusal("w2", SEAL.seal(announcement("w1", 1, 1))));
    }

    @Test
    void anOversizedRecordIsRefusedUnread() {
        assertEquals(Reason.OVERSIZED, refusal("w1", new byte[AnnouncementSeal.MAX_BYTES + 1]));
    }

    @Test
    void randomBytesNeverPass() {
        long seed = 20261120;
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[random.nextInt(400)];
            random.nextBytes(bytes);
            assertThrows(AnnouncementRefusedException.class, () -> SEAL.open("w1", bytes), "seed " + seed);
        }
    }

    @Test
    void tooManyModelsDoNotFitARecord() {
        List<AnnouncedModel> models = new ArrayList<>();
        for (int i = 0; i < 257; i++) {
            models.add(model("model-" + i));
        }
        assertThrows(IllegalArgumentException.class, () -> description(models));
    }

    @Test
    void laterVersionsMaySayMore() {
        String json = new String(AnnouncementJson.write(announcement("w1", 1, 1)), StandardCharsets.UTF_8)
                .replaceFirst("\\{", "{\"colour\":{\"of\":[\"the\",\"future\"]},");

        assertEquals(
                announcement("w1", 1, 1),
                AnnouncementJson.read("w1", new Sequence(1, 1), json.getBytes(StandardCharsets.UTF_8)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"capacity\":4 | \"capacity\":0 | capacity: 0",
                "\"capacity\":4 | \"capacity\":\"4\" | capacity: (expected: an integer)",
                "\"capacity\":4 | \"capacity\":99999999999999999999 | capacity: (expected: an integer)",
                "\"running\":1 | \"running\":-1 | running: -1",
                "\"draining\":false | \"nothing\":1 | draining: missing",
                "\"name\":\"local\" | \"name\":\"\" | site.name: 0 characters",
                "\"parameters\":3700000 | \"parameters\":1.5 | parameters: (expected: an integer)",
                "\"capacity\":4 | \"capacity\":4,\"capacity\":4 | not the JSON expected",
                "\"capacity\":4 | \"capacity\":[[[[[[[[[[1]]]]]]]]]] | not the JSON expected",
            })
    void contentThatBreaksALimitIsNamed(String honest, String broken, String message) {
        String json = new String(AnnouncementJson.write(announcement("w1", 1, 1)), StandardCharsets.UTF_8);
        assertTrue(json.contains(honest), json);
        byte[] bytes = json.replace(honest, broken).getBytes(StandardCharsets.UTF_8);

        IllegalArgumentException refused = assertThrows(
                IllegalArgumentException.class, () -> AnnouncementJson.read("w1", new Sequence(1, 1), bytes));
        assertTrue(String.valueOf(refused.getMessage()).startsWith(message), refused.getMessage());
    }

    @Test
    void runsAreOrderedBeforeCounters() {
        assertTrue(new Sequence(2, 1).compareTo(new Sequence(1, 1_000)) > 0);
        assertTrue(new Sequence(2, 1).compareTo(new Sequence(2, 2)) < 0);
        assertEquals(0, new Sequence(2, 2).compareTo(new Sequence(2, 2)));
    }

    @Test
    void eachPurposeHasItsOwnKey() {
        ClusterSecret other = ClusterSecret.of("another secret of enough bytes");

        assertEquals(
                SECRET.clusterName(),
                ClusterSecret.of("a secret of enough bytes").clusterName());
        assertNotEquals(SECRET.clusterName(), other.clusterName());
        assertTrue(SECRET.clusterName().startsWith("penstock-1-"));
        assertNotEquals(SECRET.workerCallToken(), other.workerCallToken());
        assertTrue(SECRET.authorizes("Bearer " + SECRET.workerCallToken()));
        assertFalse(SECRET.authorizes("Bearer " + other.workerCallToken()));
        assertFalse(SECRET.authorizes(SECRET.workerCallToken()));
        assertFalse(SECRET.authorizes(""));
        assertFalse(ClusterSecret.random(new SecureRandom()).toString().contains(SECRET.workerCallToken()));
    }

    /** RFC 5869 gives no vector for our salt and labels; this one was computed apart, by HMAC alone. */
    @Test
    void derivationIsHkdf() throws Exception {
        javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
        mac.init(new javax.crypto.spec.SecretKeySpec("penstock".getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
        byte[] extracted = mac.doFinal("a secret of enough bytes".getBytes(StandardCharsets.UTF_8));
        mac.init(new javax.crypto.spec.SecretKeySpec(extracted, "HmacSHA256"));
        mac.update("worker-call".getBytes(StandardCharsets.US_ASCII));
        byte[] expected = mac.doFinal(new byte[] {1});

        assertEquals(
                java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(expected), SECRET.workerCallToken());
    }

    @Test
    void aShortSecretIsRefusedByLength() {
        IllegalArgumentException refused =
                assertThrows(IllegalArgumentException.class, () -> ClusterSecret.of("too short"));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("cluster secret: 9 bytes (expected: >= 16"));
    }

    @Test
    void aClearanceIsToldWhereThereIsOneAndThatOfTheKindElse() throws Exception {
        for (String clearance : List.of("", "internal")) {
            WorkerAnnouncement plain = announcement("w", 1, 1);
            WorkerDescription said = plain.description();
            WorkerDescription cleared = new WorkerDescription(
                    said.endpoint(),
                    said.models(),
                    said.accelerator(),
                    new AnnouncedSite("aws", "cloud", "eu-west-1", clearance),
                    said.capacity());
            WorkerAnnouncement told =
                    new WorkerAnnouncement("w", plain.sequence(), cleared, false, plain.load(), plain.sentAt());
            assertEquals(told, SEAL.open("w", SEAL.seal(told)));
            // An older reader and writer know of none: the field is there only where it says something.
            String json = new String(AnnouncementJson.write(told), StandardCharsets.UTF_8);
            assertEquals(!clearance.isEmpty(), json.contains("clearance"), json);
        }
    }

    @Test
    void ratesAreToldWhereThereAreAny() throws Exception {
        WorkerAnnouncement plain = announcement("w", 1, 1);
        AnnouncedModel of = plain.description().models().getFirst();
        AnnouncedModel rated = new AnnouncedModel(
                of.name(),
                of.revision(),
                of.parameters(),
                of.contextTokens(),
                of.tokenizer(),
                of.capabilities(),
                of.price(),
                Optional.of(new AnnouncedRates(0.04, 8_000, 80.5, 20, 300)));
        WorkerAnnouncement told = new WorkerAnnouncement(
                "w", plain.sequence(), description(List.of(rated)), false, plain.load(), plain.sentAt());

        assertEquals(told, SEAL.open("w", SEAL.seal(told)));
        assertTrue(!json(plain).contains("rates"), json(plain));
        String broken = json(told).replace("\"load_seconds\":20.0", "\"load_seconds\":-20.0");
        assertTrue(broken.contains("-20"), broken);
        assertEquals("rates.load-seconds: -20.0 (expected: a finite number >= 0)", refusedBecause(broken));
    }

    /** As they are until all workers are of this version: without what was added since, field by field. */
    @Test
    void announcementsOfEarlierVersionsAreRead() {
        String first = """
                {"endpoint":"http://127.0.0.1:8081","accelerator":"gpu","site":{"name":"local","kind":"edge","region":""},
                "capacity":4,"draining":false,"sent_at_millis":1790000000123,
                "load":{"running":1,"queued":2,"prompt_tokens_per_second":0,"completion_tokens_per_second":80.0},
                "models":[{"name":"m","revision":"","parameters":0,"context_tokens":0,"tokenizer":"",
                "capabilities":["chat"]PRICE}]}
                """;
        AnnouncedModel unpriced = read(first.replace("PRICE", ""));
        assertEquals(Optional.empty(), unpriced.price());
        assertEquals(Optional.empty(), unpriced.rates());

        AnnouncedModel byTokens =
                read(first.replace("PRICE", ",\"price\":{\"input_per_million\":0.1,\"output_per_million\":0.4}"));
        assertEquals(Optional.of(new AnnouncedPrice(0.1, 0.1, 0.4, 0)), byTokens.price());
        assertEquals(Optional.empty(), byTokens.rates());

        AnnouncedModel partlyRated = read(first.replace("PRICE", ",\"rates\":{\"decode_tokens_per_second\":80}"));
        assertEquals(Optional.of(new AnnouncedRates(0, 0, 80, 0, 0)), partlyRated.rates());
    }

    private static AnnouncedModel read(String json) {
        return AnnouncementJson.read("w", new Sequence(1, 1), json.getBytes(StandardCharsets.UTF_8))
                .description()
                .models()
                .getFirst();
    }

    private static String json(WorkerAnnouncement announcement) {
        return new String(AnnouncementJson.write(announcement), StandardCharsets.UTF_8);
    }

    private static String refusedBecause(String json) {
        return String.valueOf(
                assertThrows(IllegalArgumentException.class, () -> read(json)).getMessage());
    }

    private static Reason refusal(String key, byte[] record) {
        return assertThrows(AnnouncementRefusedException.class, () -> SEAL.open(key, record))
                .reason();
    }

    static WorkerAnnouncement announcement(String id, long incarnation, long counter) {
        return new WorkerAnnouncement(
                id,
                new Sequence(incarnation, counter),
                description(List.of(model("meta-llama/Llama-3.1-8B"), model("all-MiniLM-L6-v2"))),
                false,
                new AnnouncedLoad(1, 2, 1500.5, 80),
                Instant.ofEpochMilli(1_790_000_000_123L));
    }

    private static WorkerDescription description(List<AnnouncedModel> models) {
        return new WorkerDescription(
                URI.create("http://127.0.0.1:8081"), models, "cpu", new AnnouncedSite("local", "edge", ""), 4);
    }

    private static AnnouncedModel model(String name) {
        return new AnnouncedModel(
                name,
                "r1",
                3_700_000,
                4096,
                "sha256:1234",
                new TreeSet<>(List.of("chat", "completion", "telepathy")),
                Optional.of(new AnnouncedPrice(0.1, 0.4)));
    }
}
