package dev.penstock.gateway.cluster;

import dev.penstock.protocol.announcement.AnnouncedModel;
import dev.penstock.protocol.announcement.AnnouncedModel.AnnouncedRates;
import dev.penstock.protocol.announcement.AnnouncedSite;
import dev.penstock.protocol.announcement.AnnouncementRefusedException;
import dev.penstock.protocol.announcement.AnnouncementSeal;
import dev.penstock.protocol.announcement.WorkerAnnouncement;
import dev.penstock.protocol.announcement.WorkerAnnouncement.Sequence;
import dev.penstock.protocol.announcement.WorkerDescription;
import dev.penstock.routing.Accelerator;
import dev.penstock.routing.Capability;
import dev.penstock.routing.DataClass;
import dev.penstock.routing.Directory;
import dev.penstock.routing.ModelId;
import dev.penstock.routing.Price;
import dev.penstock.routing.Rates;
import dev.penstock.routing.ServedModel;
import dev.penstock.routing.Site;
import dev.penstock.routing.Worker;
import dev.penstock.routing.WorkerId;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides which records are believed: sealed with the cluster's secret, stored under their own name, numbered above all
 * that was seen of that worker, and at an endpoint where workers may be. The cluster's map is only a carrier: whoever can
 * write to it can do no more than withhold records.
 */
final class AnnouncementIntake {
    /** Workers whose last number is remembered, also after they left. */
    private static final int MAX_REMEMBERED = 4 * Directory.MAX_WORKERS;

    /** Beyond this a recording of a worker never seen here is not believed; generous, since edge clocks are poor. */
    private static final Duration MAX_AGE_AT_FIRST_SIGHT = Duration.ofDays(1);

    /** What became of a record. */
    sealed interface Intake {
        /** Believed, and news. */
        record Accepted(WorkerAnnouncement announcement, Facts facts) implements Intake {}

        /** Seen before: says nothing, least of all that the worker lives. */
        record Seen() implements Intake {}

        /** Not yet known where it points. */
        record Resolving() implements Intake {}

        /** Not believed. */
        record Refused(RefusalReason reason, String detail) implements Intake {}
    }

    /** A worker in the router's terms, but for its slot. */
    record Facts(
            WorkerId id, URI endpoint, Accelerator accelerator, Site site, int capacity, List<ServedModel> models) {
        Worker at(int slot) {
            return new Worker(id, slot, endpoint, accelerator, site, capacity, models);
        }
    }

    private final AnnouncementSeal seal;
    private final EndpointPins pins;
    private final InstantSource clock;
    private final Map<String, Sequence> lastSeen = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Sequence> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    AnnouncementIntake(AnnouncementSeal seal, EndpointPins pins, InstantSource clock) {
        this.seal = seal;
        this.pins = pins;
        this.clock = clock;
    }

    synchronized Intake take(String key, byte[] record) {
        WorkerAnnouncement announcement;
        try {
            announcement = seal.open(key, record);
        } catch (AnnouncementRefusedException e) {
            return new Intake.Refused(RefusalReason.of(e.reason()), String.valueOf(e.getMessage()));
        }
        @Nullable Sequence last = lastSeen.get(announcement.workerId());
        if (last == null) {
            Duration age = Duration.between(announcement.sentAt(), clock.instant());
            if (age.abs().compareTo(MAX_AGE_AT_FIRST_SIGHT) > 0) {
                return new Intake.Refused(
                        RefusalReason.OUTDATED, "sent " + age + " ago (expected: at most a day; compare the clocks)");
            }
        } else if (announcement.sequence().equals(last)) {
            return new Intake.Seen();
        } else if (announcement.sequence().compareTo(last) < 0) {
            return new Intake.Refused(
                    RefusalReason.REPLAYED, announcement.sequence() + " (expected: above " + last + ")");
        }
        Intake intake = locate(announcement);
        if (intake instanceof Intake.Accepted) {
            lastSeen.put(announcement.workerId(), announcement.sequence());
        }
        return intake;
    }

    private Intake locate(WorkerAnnouncement announcement) {
        return switch (pins.pin(announcement.description().endpoint())) {
            case EndpointPins.Pin.Resolving() -> new Intake.Resolving();
            case EndpointPins.Pin.NotAllowed(String why) ->
                new Intake.Refused(RefusalReason.ENDPOINT_NOT_ALLOWED, "endpoint: " + why);
            case EndpointPins.Pin.Dialled(URI endpoint) -> {
                try {
                    yield new Intake.Accepted(announcement, facts(announcement, endpoint));
                } catch (IllegalArgumentException e) {
                    yield new Intake.Refused(RefusalReason.INVALID, String.valueOf(e.getMessage()));
                }
            }
        };
    }

    private static Facts facts(WorkerAnnouncement announcement, URI endpoint) {
        WorkerDescription said = announcement.description();
        return new Facts(
                new WorkerId(announcement.workerId()),
                endpoint,
                constant(Accelerator.class, "accelerator", said.accelerator()),
                site(said.site()),
                said.capacity(),
                said.models().stream().map(AnnouncementIntake::model).toList());
    }

    private static Site site(AnnouncedSite said) {
        Site.Kind kind = constant(Site.Kind.class, "site.kind", said.kind());
        return said.clearance().isEmpty()
                ? new Site(said.name(), kind, said.region())
                : new Site(
                        said.name(),
                        kind,
                        said.region(),
                        constant(DataClass.class, "site.clearance", said.clearance()));
    }

    static ServedModel model(AnnouncedModel said) {
        Set<Capability> capabilities = said.capabilities().stream()
                .map(Capability::ofWireName)
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
        return new ServedModel(
                new ModelId(said.name()),
                said.revision(),
                said.parameters(),
                said.contextTokens(),
                said.tokenizer(),
                capabilities,
                said.price()
                        .map(price -> new Price(
                                price.inputPerMillion(),
                                price.cachedInputPerMillion(),
                                price.outputPerMillion(),
                                price.perHour())),
                said.rates().map(AnnouncementIntake::rates).orElse(Rates.UNKNOWN));
    }

    private static Rates rates(AnnouncedRates said) {
        return new Rates(
                said.firstTokenSeconds(),
                said.prefillTokensPerSecond(),
                said.decodeTokensPerSecond(),
                said.loadSeconds(),
                said.coldAfterSeconds());
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String field, String name) {
        try {
            return Enum.valueOf(type, name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    field + ": unknown (expected: one of "
                            + List.of(type.getEnumConstants()).toString().toLowerCase(Locale.ROOT) + ")",
                    e);
        }
    }
}
