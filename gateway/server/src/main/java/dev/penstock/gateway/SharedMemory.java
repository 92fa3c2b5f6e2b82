package dev.penstock.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.penstock.gateway.cache.Purge;
import dev.penstock.gateway.cache.SharedAnswers;
import dev.penstock.gateway.cluster.ClusterAnswers;
import dev.penstock.gateway.cluster.Membership;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The answers of the cluster that this gateway is a member of. */
final class SharedMemory implements SharedAnswers, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SharedMemory.class);

    private final ClusterAnswers answers;

    /** @param mebibytes of heap that this gateway has for its part of them */
    SharedMemory(Membership membership, int mebibytes) {
        this.answers = new ClusterAnswers(
                membership::hazelcast, membership::gateways, mebibytes, Scopes.text(Purge.everything(Instant.EPOCH)));
    }

    @Override
    public Future<Claim> claim(String name, Duration lease) {
        return answers.claim(name, lease).map(claim -> switch (claim) {
            case ClusterAnswers.Claim.Ours ours -> new Claim.Ours();
            case ClusterAnswers.Claim.Theirs theirs -> new Claim.Theirs(theirs.over());
            case ClusterAnswers.Claim.Known known -> new Claim.Known(known.sealed());
        });
    }

    @Override
    public void put(String name, byte[] sealed, Duration ttl) {
        answers.put(name, sealed, ttl);
    }

    @Override
    public void release(String name) {
        answers.release(name);
    }

    @Override
    public void remove(Collection<String> names) {
        answers.remove(names);
    }

    @Override
    public void purge(Purge purge) {
        answers.purge(Scopes.text(purge), purge.until());
    }

    @Override
    public void listen(Listener listener) {
        answers.listen(new ClusterAnswers.Listener() {
            @Override
            public Future<Void> put(String name, byte[] sealed) {
                return listener.put(name, sealed);
            }

            @Override
            public void removed(String name) {
                listener.removed(name);
            }

            @Override
            public void purged(String scope, Instant until, boolean justNow) {
                Scopes.parse(scope, until)
                        .ifPresentOrElse(
                                purge -> listener.purged(purge, justNow),
                                () -> LOG.warn("a purge of the cluster was not understood"));
            }
        });
    }

    @Override
    public void close() {
        answers.close();
    }

    /** What is purged, as text: an object of what is given. */
    static final class Scopes {
        private static final ObjectMapper MAPPER = new ObjectMapper();
        private static final Set<String> FIELDS = Set.of("tenant", "key", "model", "entry");

        private Scopes() {}

        static String text(Purge purge) {
            ObjectNode given = MAPPER.createObjectNode();
            purge.tenant().ifPresent(value -> given.put("tenant", value));
            purge.key().ifPresent(value -> given.put("key", value));
            purge.model().ifPresent(value -> given.put("model", value));
            purge.entry().ifPresent(value -> given.put("entry", value));
            return given.toString();
        }

        /** Empty where it is none that is understood here. */
        static Optional<Purge> parse(String text, Instant until) {
            try {
                JsonNode read = MAPPER.readTree(text);
                boolean understood = read.isObject()
                        && read.properties().stream()
                                .allMatch(field -> FIELDS.contains(field.getKey())
                                        && field.getValue().isTextual());
                return understood
                        ? Optional.of(new Purge(
                                value(read, "tenant"),
                                value(read, "key"),
                                value(read, "model"),
                                value(read, "entry"),
                                until))
                        : Optional.empty();
            } catch (JsonProcessingException foreign) {
                return Optional.empty();
            }
        }

        private static Optional<String> value(JsonNode scope, String field) {
            return scope.has(field) ? Optional.of(scope.path(field).asText()) : Optional.empty();
        }
    }
}
