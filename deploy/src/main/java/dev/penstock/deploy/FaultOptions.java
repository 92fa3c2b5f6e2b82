package dev.penstock.deploy;

import dev.penstock.loadtest.faults.Fault;
import dev.penstock.runtime.config.ByteSize;
import dev.penstock.runtime.config.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Option;

/** What is wrong with a connection, as options. */
final class FaultOptions {
    @Option(names = "--delay", paramLabel = "TIME", description = "Bytes come so much later.")
    private Optional<String> delay = Optional.empty();

    @Option(names = "--jitter", paramLabel = "TIME", description = "And up to so much more, drawn for each piece.")
    private Optional<String> jitter = Optional.empty();

    @Option(names = "--bandwidth", paramLabel = "SIZE", description = "So many bytes a second, for each connection.")
    private Optional<String> bandwidth = Optional.empty();

    @Option(names = "--slice", paramLabel = "SIZE", description = "Bytes come in pieces of so many.")
    private Optional<String> slice = Optional.empty();

    @Option(names = "--gap", paramLabel = "TIME", description = "Between two of these pieces (default: 1ms).")
    private Optional<String> gap = Optional.empty();

    @Option(names = "--corrupt", paramLabel = "SIZE", description = "A bit is flipped in every so many bytes.")
    private Optional<String> corrupt = Optional.empty();

    @Option(names = "--truncate", paramLabel = "SIZE", description = "After so many bytes it ends in order.")
    private Optional<String> truncate = Optional.empty();

    @Option(names = "--reset", paramLabel = "SIZE", description = "After so many bytes it is reset; 0 is at once.")
    private Optional<String> reset = Optional.empty();

    @Option(names = "--blackhole", description = "Connections are accepted, and nothing passes.")
    private boolean blackhole;

    /**
     * The faults that were asked for.
     *
     * @throws CommandFailedException where one cannot be understood
     */
    List<Fault> faults() {
        List<Fault> faults = new ArrayList<>();
        if (delay.isPresent() || jitter.isPresent()) {
            faults.add(new Fault.Delay(time("--delay", delay, Duration.ZERO), time("--jitter", jitter, Duration.ZERO)));
        }
        bytes("--bandwidth", bandwidth, Fault.Bandwidth::new).ifPresent(faults::add);
        Duration pause = time("--gap", gap, Duration.ofMillis(1));
        bytes("--slice", slice, size -> new Fault.Slice(Math.toIntExact(size), pause))
                .ifPresent(faults::add);
        bytes("--corrupt", corrupt, Fault.Corrupt::new).ifPresent(faults::add);
        bytes("--truncate", truncate, Fault.Truncate::new).ifPresent(faults::add);
        bytes("--reset", reset, Fault.Reset::new).ifPresent(faults::add);
        if (blackhole) {
            faults.add(new Fault.Blackhole());
        }
        return faults;
    }

    private static Duration time(String option, Optional<String> text, Duration otherwise) {
        return text.map(value -> parse(option, value, Durations::parse)).orElse(otherwise);
    }

    private static Optional<Fault> bytes(String option, Optional<String> text, Function<Long, Fault> fault) {
        return text.map(value ->
                parse(option, value, size -> fault.apply(ByteSize.parse(size).bytes())));
    }

    private static <T> T parse(String option, String value, Function<String, T> parser) {
        try {
            return parser.apply(value);
        } catch (IllegalArgumentException | ArithmeticException refused) {
            throw CommandFailedException.usage(option + ": " + refused.getMessage());
        }
    }
}
