package io.weir.appliance.node;

import io.weir.appliance.config.NodeConfig;
import io.weir.bindings.DeviceFacts;
import io.weir.engine.flow.FlowTable;
import io.weir.engine.port.PortFactory;
import java.util.List;

/**
 * How much memory a node maps outside the heap.
 *
 * @param frames bytes of the frames' one mapping, with the driver that takes more; AF_XDP locks them
 * @param flows bytes of the flow tables' one mapping
 */
public record MemoryNeeds(long frames, long flows) {
    /**
     * Works it out.
     *
     * @param config the node's
     * @param devices its devices, whose queues decide how many frames there must be
     */
    public static MemoryNeeds of(NodeConfig config, List<DeviceFacts> devices) {
        return new MemoryNeeds(
                PortFactory.memory(Specs.ports(config), devices),
                FlowTable.byteSize(Specs.flowCapacity(config))
                        * config.workers().cores().size());
    }
}
