package io.weir.appliance.demo;

import io.weir.appliance.bed.Bed;
import java.nio.file.Path;

/** Puts a balancer into a bed's node. */
@FunctionalInterface
public interface NodeStarter {
    /**
     * Starts it and waits until packets flow.
     *
     * @param bed where; what must end with it is given to {@link Bed#own}
     * @param properties the node's properties file
     * @return the line that it said when it was ready
     */
    String start(Bed bed, Path properties);
}
