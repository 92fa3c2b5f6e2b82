package dev.penstock.worker.config;

import dev.penstock.runtime.config.ByteSize;
import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Range;
import java.time.Duration;

/** What requests may cost beside what the listener and the models allow. */
@Doc("What requests may cost, beside the limits of the listener and of the models.")
public record LimitsConfig(
        @Doc("The most bytes of one stream that wait for a slow reader; beyond it the generation is cancelled and the"
                + " connection reset.")
        @Default("256KiB")
        @Range(min = "16KiB", max = "64MiB")
        ByteSize streamBuffer,

        @Doc(
                "How long a reader may take nothing of a stream that has something for it; then the generation is cancelled"
                        + " and the connection reset.")
        @Default("60s")
        @Range(min = "100ms", max = "1h")
        Duration writeStall,

        @Doc("The most bytes of one answer that is not streamed.") @Default("16MiB") @Range(min = "64KiB", max = "1GiB")
        ByteSize answer,

        @Doc("The most bytes of the bodies of all requests together, from the first byte to the end of the answer; a"
                + " request beyond it is answered 503. A body counts by its declared length, or as it comes where it has none."
                + " At least listener.max-body.")
        @Default("256MiB")
        @Range(min = "1B", max = "1TiB")
        ByteSize totalBodies) {}
