package dev.penstock.deploy;

import dev.penstock.gateway.config.GatewayConfig;
import dev.penstock.runtime.config.ConfigLoader;
import dev.penstock.runtime.config.ConfigResult.Loaded;
import dev.penstock.runtime.config.ConfigResult.Rejected;
import dev.penstock.worker.config.WorkerConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Whose configuration a file is; lower case, as users write it. */
enum ConfigKind {
    gateway(GatewayConfig.class),
    worker(WorkerConfig.class);

    private final Class<? extends Record> type;

    ConfigKind(Class<? extends Record> type) {
        this.type = type;
    }

    /** The root record. */
    Class<? extends Record> type() {
        return type;
    }

    /**
     * A file and whose it is.
     *
     * @param kind whose
     * @param value what it says
     */
    record Found(ConfigKind kind, Record value) {}

    /**
     * Reads a file.
     *
     * @param kind whose it is; where it is not known, whoever's it can be
     * @throws CommandFailedException with every fault, a line each
     */
    static Found load(Path file, Optional<ConfigKind> kind) {
        var rejections = new ArrayList<Rejected<?>>();
        for (var candidate : kind.map(List::of).orElse(List.of(values()))) {
            switch (ConfigLoader.system().load(file, candidate.type)) {
                case Loaded<?> loaded -> {
                    return new Found(candidate, loaded.value());
                }
                case Rejected<?> rejected -> rejections.add(rejected);
            }
        }
        // A worker's file has more faults as a gateway's than as what it is.
        var likeliest = rejections.stream()
                .min(Comparator.comparingInt(rejected -> rejected.errors().size()))
                .orElseThrow();
        throw CommandFailedException.usage(likeliest.message());
    }
}
