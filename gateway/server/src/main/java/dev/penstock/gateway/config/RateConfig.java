package dev.penstock.gateway.config;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Example;
import dev.penstock.runtime.config.Range;
import java.time.Duration;

/** A token bucket. */
@Doc("""
        A token bucket: it holds `requests`, and refills evenly at `requests` every `per`. A burst of all of them is
        allowed; beyond it a request is answered 429 with the time to wait. In a cluster all gateways take from one bucket;
        one that cannot reach the others counts by itself, up to its share.""")
public record RateConfig(
        @Doc("Requests the bucket holds.") @Example("600") @Range(min = "1", max = "1000000000")
        long requests,

        @Doc("The time in which an empty bucket fills.") @Default("1m") @Range(min = "1s", max = "31d")
        Duration per,

        @Doc("""
                `leased`: each gateway takes some requests ahead while there are many, and gives back what it does not need;
                a request waits for nobody. `exact`: each request takes its own from the cluster, half a millisecond. Neither
                admits more than the bucket has.""") @Default("leased") LimitMode mode) {}
