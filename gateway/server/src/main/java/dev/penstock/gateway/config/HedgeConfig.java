package dev.penstock.gateway.config;

import dev.penstock.runtime.config.Default;
import dev.penstock.runtime.config.Doc;
import dev.penstock.runtime.config.Range;

/** Second copies of slow requests. */
@Doc("""
        Second copies of slow requests: where a worker has given nothing for longer than 19 of 20 requests take, another one
        is asked as well. The first to answer is relayed, the other is cancelled, and both are charged for what they ran.""")
public record HedgeConfig(
        @Doc("The most hedges, as a share of all requests; 0: none.") @Default("0") @Range(min = "0", max = "1")
        double budget) {}
