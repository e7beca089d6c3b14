package io.weir.appliance.hypervisor;

import io.weir.appliance.config.MacAddress;
import io.weir.appliance.config.ServiceConfig;
import java.util.List;
import java.util.Map;

/**
 * What the control thread wants of all switches. Immutable.
 *
 * @param services what is served
 * @param part this node's part among those that share its addresses
 * @param generation of that part: later ones are greater, on all nodes
 * @param balancer hardware address that clients are to send to
 * @param seats where servers sit, by the slots that their flows name; of those on hypervisors
 */
public record Wanted(
        List<ServiceConfig> services, Part part, long generation, MacAddress balancer, Map<Integer, Seat> seats) {
    /** A controller's role (OpenFlow 1.3.5 §6.3.5). */
    public enum Part {
        /** Others may write, too. */
        EQUAL,
        /** The only one that writes. */
        MASTER,
        /** Only looks. */
        SLAVE
    }
}
