package dev.penstock.gateway.config;

import dev.penstock.runtime.config.ByteSize;
import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Range;
import java.time.Duration;

/** How much of everything. */
@Doc("""
        How much of everything the gateway holds at once. What a client may send in one request is said by `listener`.""")
public record LimitsConfig(
        @Doc("The largest answer of a worker that is not a stream; beyond it 502.")
        @Default("64MiB")
        @Range(min = "1KiB", max = "1GiB")
        ByteSize answer,

        @Doc("The longest line of a worker's event stream; beyond it the stream is cut with an error.")
        @Default("1MiB")
        @Range(min = "1KiB", max = "64MiB")
        ByteSize sseLine,

        @Doc("What is held for a client that reads more slowly than its worker writes; then the worker is paused.")
        @Default("256KiB")
        @Range(min = "4KiB", max = "64MiB")
        ByteSize streamBuffer,

        @Doc("What bodies and streams may hold together, over the whole process; beyond it new requests get 503.")
        @Default("256MiB")
        @Range(min = "1MiB", max = "64GiB")
        ByteSize totalBuffer,

        @Doc("Requests that wait for room at a worker, per model; beyond it 503.")
        @Default("256")
        @Range(min = "0", max = "1000000")
        int queuePerModel,

        @Doc("""
                The longest that a request waits for a limit that is reached, instead of 429: those of tenants that have had
                least of what others waited for first. As many wait as `queue-per-model` says. 0s: none does.""") @Default("0s") @Range(min = "0s", max = "10m")
        Duration waitForLimits,

        @Doc("Levels of nesting in a request's JSON; beyond it 400.") @Default("64") @Range(min = "8", max = "512")
        int jsonDepth) {}
