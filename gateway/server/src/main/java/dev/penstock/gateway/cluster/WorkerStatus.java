package dev.penstock.gateway.cluster;

import dev.penstock.routing.Worker;
import dev.penstock.routing.limit.FailureAccrual;
import dev.penstock.routing.limit.Reachability;

/**
 * A worker as an operator sees it.
 *
 * @param worker what is known of it
 * @param announced whether it announced itself; otherwise the configuration names it
 * @param available whether it may be sent requests
 * @param reachability what probes and connections say
 * @param accrual what its answers say
 * @param draining whether it said that it takes no more
 * @param inFlight requests of this gateway at it
 * @param reportedLoad requests it last reported, from all gateways
 * @param ageMillis since anything was heard of it
 * @param penstock whether it is another Penstock
 * @param linkSeconds a round trip to it as measured; 0 where it was not
 * @param linkLoss of the last questions to it, the part that nothing came back to, 0 to 1
 */
public record WorkerStatus(
        Worker worker,
        boolean announced,
        boolean available,
        Reachability.State reachability,
        FailureAccrual.State accrual,
        boolean draining,
        int inFlight,
        int reportedLoad,
        long ageMillis,
        boolean penstock,
        double linkSeconds,
        double linkLoss) {}
