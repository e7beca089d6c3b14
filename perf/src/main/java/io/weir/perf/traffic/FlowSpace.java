package io.weir.perf.traffic;

/**
 * Numbers the flows of a {@link Traffic}: from a number to addresses and ports, and back. Immutable.
 *
 * <p>A number's digits, lowest first, are the destination address, the destination port, the source address and the
 * source port, so a few flows spread over as many hosts as there are.
 */
public final class FlowSpace {
    private final AddressRange source;
    private final AddressRange destination;
    private final PortRange sourcePorts;
    private final PortRange destinationPorts;
    private final int flows;

    /**
     * @param traffic whose flows
     */
    public FlowSpace(Traffic traffic) {
        source = traffic.source();
        destination = traffic.destination();
        sourcePorts = traffic.sourcePorts();
        destinationPorts = traffic.destinationPorts();
        flows = traffic.flows();
    }

    /** How many. */
    public int flows() {
        return flows;
    }

    /** Index of the flow's destination address. */
    public long destinationIndex(int flow) {
        return flow % destination.size();
    }

    /** Index of the flow's destination port. */
    public int destinationPortIndex(int flow) {
        return (int) (flow / destination.size() % destinationPorts.size());
    }

    /** Index of the flow's source address. */
    public long sourceIndex(int flow) {
        return flow / (destination.size() * destinationPorts.size()) % source.size();
    }

    /** Index of the flow's source port. */
    public int sourcePortIndex(int flow) {
        return (int) (flow / (destination.size() * destinationPorts.size()) / source.size());
    }

    /** The flow's ports as a header holds them: source in the high half. */
    public int ports(int flow) {
        return sourcePorts.first() + sourcePortIndex(flow) << 16
                | destinationPorts.first() + destinationPortIndex(flow);
    }

    /** Lower half of the flow's source address. */
    public long sourceLo(int flow) {
        return source.lo(sourceIndex(flow));
    }

    /** Lower half of the flow's destination address. */
    public long destinationLo(int flow) {
        return destination.lo(destinationIndex(flow));
    }

    /**
     * The flow that a packet belongs to.
     *
     * @param clientHi client's address
     * @param clientLo client's address
     * @param serverHi server's address
     * @param serverLo server's address
     * @param clientPort client's port
     * @param serverPort server's port
     * @return the number, or -1 for a packet of no flow
     */
    public int flowOf(long clientHi, long clientLo, long serverHi, long serverLo, int clientPort, int serverPort) {
        long to = destination.indexOf(serverHi, serverLo);
        int toPort = destinationPorts.indexOf(serverPort);
        long from = source.indexOf(clientHi, clientLo);
        int fromPort = sourcePorts.indexOf(clientPort);
        if ((to | toPort | from | fromPort) < 0) {
            return -1;
        }
        long flow = to + destination.size() * (toPort + destinationPorts.size() * (from + source.size() * fromPort));
        return flow < flows ? (int) flow : -1;
    }
}
