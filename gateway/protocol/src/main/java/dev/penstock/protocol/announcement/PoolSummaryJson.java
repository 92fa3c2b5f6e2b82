package dev.penstock.protocol.announcement;

import static dev.penstock.protocol.announcement.AnnouncementJson.field;
import static dev.penstock.protocol.announcement.AnnouncementJson.integer;
import static dev.penstock.protocol.announcement.AnnouncementJson.object;
import static dev.penstock.protocol.announcement.AnnouncementJson.text;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.protocol.announcement.PoolSummary.Load;
import dev.penstock.protocol.announcement.PoolSummary.OfferedModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * A {@link PoolSummary} as JSON. Bounded both ways. A field this version does not know is passed over, so that later ones may
 * say more; a model that is not well formed is left out and told of; anything else that is wrong refuses the whole.
 */
public final class PoolSummaryJson {
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxDocumentLength(PoolSummary.MAX_BYTES)
                            .maxNestingDepth(8)
                            .maxStringLength(4096)
                            .maxNameLength(128)
                            .maxNumberLength(64)
                            .maxTokenCount(100_000)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private PoolSummaryJson() {}

    /**
     * What was read.
     *
     * @param refused why models were left out, one reason each
     */
    public record Read(PoolSummary summary, List<String> refused) {
        public Read {
            refused = List.copyOf(refused);
        }
    }

    /** Writes it. Where it would be too long, the last models are left out and counted. */
    public static byte[] write(PoolSummary summary) {
        int count = summary.models().size();
        while (true) {
            byte[] json = write(summary, count);
            if (json.length <= PoolSummary.MAX_BYTES) {
                return json;
            }
            // All of them in proportion, and at least one fewer: a few rounds at most.
            count = (int) Math.min(count - 1, (long) count * PoolSummary.MAX_BYTES / json.length);
        }
    }

    /** The same bytes by gzip, for those who ask for that: a tenth of the link. */
    public static byte[] packed(byte[] json) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(json.length / 4 + 64);
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("memory always takes what is written", e);
        }
        return packed.toByteArray();
    }

    /**
     * Undoes {@link #packed}, and no further than to one byte more than a summary may have.
     *
     * @throws IllegalArgumentException for what is no gzip
     */
    public static byte[] unpacked(byte[] packed) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            return in.readNBytes(PoolSummary.MAX_BYTES + 1);
        } catch (IOException e) {
            throw new IllegalArgumentException("summary: not the gzip it says it is", e);
        }
    }

    private static byte[] write(PoolSummary summary, int count) {
        ObjectNode root = JSON.createObjectNode();
        root.put("protocol", PoolSummary.PROTOCOL_VERSION)
                .put("instance", summary.instance())
                .put("sequence", summary.sequence())
                .put("draining", summary.draining());
        write(root.putObject("load"), summary.load());
        ArrayNode models = root.putArray("models");
        for (OfferedModel offered : summary.models().subList(0, count)) {
            ObjectNode node = models.addObject();
            AnnouncementJson.write(node, offered.model());
            write(node.putObject("load"), offered.load());
        }
        root.put("models_left_out", summary.leftOut() + summary.models().size() - count);
        try {
            return JSON.writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a tree of plain values always writes", e);
        }
    }

    private static void write(ObjectNode node, Load load) {
        node.put("capacity", load.capacity())
                .put("running", load.running())
                .put("queued", load.queued())
                .put("pending_tokens", load.pendingTokens());
    }

    /**
     * Reads what {@link #write} wrote, or what a later program of the same version did.
     *
     * @throws IllegalArgumentException naming what is wrong
     */
    public static Read read(byte[] json) {
        if (json.length > PoolSummary.MAX_BYTES) {
            throw new IllegalArgumentException(
                    "summary: " + json.length + " bytes (expected: at most " + PoolSummary.MAX_BYTES + ")");
        }
        JsonNode root = parse(json);
        long version = integer(root, "protocol", Integer.MAX_VALUE);
        if (version != PoolSummary.PROTOCOL_VERSION) {
            throw new IllegalArgumentException(
                    "protocol: " + version + " (expected: " + PoolSummary.PROTOCOL_VERSION + ")");
        }
        List<String> refused = new ArrayList<>();
        List<OfferedModel> models = models(field(root, "models"), refused);
        PoolSummary summary = new PoolSummary(
                text(root, "instance"),
                integer(root, "sequence", Long.MAX_VALUE),
                bool(root, "draining"),
                load(root),
                models,
                count(root, "models_left_out"));
        return new Read(summary, refused);
    }

    private static JsonNode parse(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("summary: not the JSON expected", e);
        } catch (IOException e) {
            throw new IllegalArgumentException("summary: not UTF-8 JSON", e);
        }
    }

    private static List<OfferedModel> models(JsonNode array, List<String> refused) {
        if (!array.isArray()) {
            throw new IllegalArgumentException("models: (expected: a list)");
        }
        Limits.range("models", array.size(), 0, PoolSummary.MAX_MODELS);
        List<OfferedModel> models = new ArrayList<>(array.size());
        Set<String> names = new HashSet<>();
        for (JsonNode node : array) {
            try {
                OfferedModel offered = new OfferedModel(AnnouncementJson.model(node), load(node));
                if (!names.add(offered.model().name())) {
                    throw new IllegalArgumentException("models: a name twice (expected: each once)");
                }
                models.add(offered);
            } catch (IllegalArgumentException | ArithmeticException e) {
                refused.add(String.valueOf(e.getMessage()));
            }
        }
        return models;
    }

    private static Load load(JsonNode parent) {
        JsonNode load = object(parent, "load");
        return new Load(
                count(load, "capacity"),
                count(load, "running"),
                count(load, "queued"),
                integer(load, "pending_tokens", Long.MAX_VALUE));
    }

    private static int count(JsonNode parent, String name) {
        return (int) integer(parent, name, Integer.MAX_VALUE);
    }

    private static boolean bool(JsonNode parent, String name) {
        JsonNode node = field(parent, name);
        if (!node.isBoolean()) {
            throw new IllegalArgumentException(name + ": (expected: true or false)");
        }
        return node.booleanValue();
    }
}
