package dev.penstock.protocol.announcement;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The JSON inside the envelope. Bounded in every direction; a field this version does not know is passed over, so that
 * later ones may say more.
 */
final class AnnouncementJson {
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxDocumentLength(AnnouncementSeal.MAX_BYTES)
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

    private AnnouncementJson() {}

    static byte[] write(WorkerAnnouncement announcement) {
        WorkerDescription description = announcement.description();
        ObjectNode root = JSON.createObjectNode();
        root.put("endpoint", description.endpoint().toString());
        root.put("accelerator", description.accelerator());
        write(root.putObject("site"), description.site());
        root.put("capacity", description.capacity());
        root.put("draining", announcement.draining());
        root.put("sent_at_millis", announcement.sentAt().toEpochMilli());
        root.putObject("load")
                .put("running", announcement.load().running())
                .put("queued", announcement.load().queued())
                .put("prompt_tokens_per_second", announcement.load().promptTokensPerSecond())
                .put("completion_tokens_per_second", announcement.load().completionTokensPerSecond());
        ArrayNode models = root.putArray("models");
        description.models().forEach(model -> write(models.addObject(), model));
        try {
            return JSON.writeValueAsBytes(root);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a tree of plain values always writes", e);
        }
    }

    private static void write(ObjectNode node, AnnouncedSite site) {
        node.put("name", site.name()).put("kind", site.kind()).put("region", site.region());
        if (!site.clearance().isEmpty()) {
            node.put("clearance", site.clearance());
        }
    }

    static void write(ObjectNode node, AnnouncedModel model) {
        node.put("name", model.name())
                .put("revision", model.revision())
                .put("parameters", model.parameters())
                .put("context_tokens", model.contextTokens())
                .put("tokenizer", model.tokenizer());
        ArrayNode capabilities = node.putArray("capabilities");
        model.capabilities().forEach(capabilities::add);
        model.price().ifPresent(price -> node.putObject("price")
                .put("input_per_million", price.inputPerMillion())
                .put("cached_input_per_million", price.cachedInputPerMillion())
                .put("output_per_million", price.outputPerMillion())
                .put("per_hour", price.perHour()));
        model.rates().ifPresent(rates -> node.putObject("rates")
                .put("first_token_seconds", rates.firstTokenSeconds())
                .put("prefill_tokens_per_second", rates.prefillTokensPerSecond())
                .put("decode_tokens_per_second", rates.decodeTokensPerSecond())
                .put("load_seconds", rates.loadSeconds())
                .put("cold_after_seconds", rates.coldAfterSeconds()));
    }

    /**
     * Reads what {@link #write} wrote, or a later version of it.
     *
     * @throws IllegalArgumentException naming what is wrong
     */
    static WorkerAnnouncement read(String workerId, WorkerAnnouncement.Sequence sequence, byte[] json) {
        JsonNode root = parse(json);
        JsonNode site = object(root, "site");
        JsonNode load = object(root, "load");
        WorkerDescription description = new WorkerDescription(
                URI.create(text(root, "endpoint")),
                models(root),
                text(root, "accelerator"),
                new AnnouncedSite(
                        text(site, "name"),
                        text(site, "kind"),
                        text(site, "region"),
                        site.has("clearance") ? text(site, "clearance") : ""),
                Math.toIntExact(integer(root, "capacity", Integer.MAX_VALUE)));
        return new WorkerAnnouncement(
                workerId,
                sequence,
                description,
                field(root, "draining").asBoolean(false),
                new AnnouncedLoad(
                        Math.toIntExact(integer(load, "running", Integer.MAX_VALUE)),
                        Math.toIntExact(integer(load, "queued", Integer.MAX_VALUE)),
                        number(load, "prompt_tokens_per_second"),
                        number(load, "completion_tokens_per_second")),
                Instant.ofEpochMilli(integer(root, "sent_at_millis", 1L << 52)));
    }

    private static JsonNode parse(byte[] json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not the JSON expected: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("not UTF-8 JSON", e);
        }
    }

    private static List<AnnouncedModel> models(JsonNode root) {
        JsonNode array = field(root, "models");
        if (!array.isArray()) {
            throw new IllegalArgumentException("models: (expected: a list)");
        }
        Limits.range("models", array.size(), 0, WorkerDescription.MAX_MODELS);
        List<AnnouncedModel> models = new ArrayList<>(array.size());
        for (JsonNode model : array) {
            models.add(model(model));
        }
        return models;
    }

    static AnnouncedModel model(JsonNode model) {
        return new AnnouncedModel(
                text(model, "name"),
                text(model, "revision"),
                integer(model, "parameters", Long.MAX_VALUE),
                Math.toIntExact(integer(model, "context_tokens", Integer.MAX_VALUE)),
                text(model, "tokenizer"),
                capabilities(field(model, "capabilities")),
                price(model.path("price")),
                rates(model.path("rates")));
    }

    private static SortedSet<String> capabilities(JsonNode array) {
        Limits.range("model.capabilities", array.size(), 0, AnnouncedModel.MAX_CAPABILITIES);
        SortedSet<String> names = new TreeSet<>();
        array.forEach(name -> names.add(name.asText("")));
        return names;
    }

    private static Optional<AnnouncedModel.AnnouncedPrice> price(JsonNode price) {
        if (!price.isObject()) {
            return Optional.empty();
        }
        double input = number(price, "input_per_million");
        return Optional.of(new AnnouncedModel.AnnouncedPrice(
                input,
                number(price, "cached_input_per_million", input),
                number(price, "output_per_million"),
                number(price, "per_hour", 0)));
    }

    private static Optional<AnnouncedModel.AnnouncedRates> rates(JsonNode rates) {
        return rates.isObject()
                ? Optional.of(new AnnouncedModel.AnnouncedRates(
                        number(rates, "first_token_seconds", 0),
                        number(rates, "prefill_tokens_per_second", 0),
                        number(rates, "decode_tokens_per_second", 0),
                        number(rates, "load_seconds", 0),
                        number(rates, "cold_after_seconds", 0)))
                : Optional.empty();
    }

    /** What workers of an earlier version do not say. */
    private static double number(JsonNode parent, String name, double otherwise) {
        return parent.has(name) ? number(parent, name) : otherwise;
    }

    static JsonNode field(JsonNode parent, String name) {
        JsonNode node = parent.path(name);
        if (node.isMissingNode()) {
            throw new IllegalArgumentException(name + ": missing");
        }
        return node;
    }

    static JsonNode object(JsonNode parent, String name) {
        JsonNode node = field(parent, name);
        if (!node.isObject()) {
            throw new IllegalArgumentException(name + ": (expected: an object)");
        }
        return node;
    }

    static String text(JsonNode parent, String name) {
        JsonNode node = field(parent, name);
        if (!node.isTextual()) {
            throw new IllegalArgumentException(name + ": (expected: a string)");
        }
        return node.textValue();
    }

    static long integer(JsonNode parent, String name, long max) {
        JsonNode node = field(parent, name);
        if (!node.isIntegralNumber() || !node.canConvertToLong()) {
            throw new IllegalArgumentException(name + ": (expected: an integer)");
        }
        Limits.range(name, node.longValue(), 0, max);
        return node.longValue();
    }

    private static double number(JsonNode parent, String name) {
        JsonNode node = field(parent, name);
        if (!node.isNumber()) {
            throw new IllegalArgumentException(name + ": (expected: a number)");
        }
        return node.doubleValue();
    }
}
