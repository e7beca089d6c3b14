package io.weir.appliance.demo;

import io.weir.appliance.bed.Bed;

/** Puts a balancer into a bed's node. */
@FunctionalInterface
public interface NodeStarter {
    /**
     * Starts it and waits until packets flow.
     *
     * @param bed where; what must end with it is given to {@link Bed#own}
     * @return the line that it said when it was ready
     */
    String start(Bed bed);
}
