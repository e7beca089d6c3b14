package io.weir.perf.rrdns;

import io.weir.scheduler.SchedulerFlag;
import io.weir.scheduler.SchedulerKind;
import java.util.Set;

/** Who spreads the sessions over the servers. */
public sealed interface Competitor {
    /**
     * Round-robin DNS.
     *
     * @param timeToLive seconds that a resolver keeps an answer; 0: none
     */
    record RoundRobinDns(double timeToLive) implements Competitor {}

    /**
     * A load balancer.
     *
     * @param kind its scheduler
     * @param flags of the scheduler
     */
    record LoadBalancer(SchedulerKind kind, Set<SchedulerFlag> flags) implements Competitor {}
}
