package io.weir.perf.traffic;

import io.weir.engine.packet.Checksum;

/**
 * What differs between the headers of the flows, and by how much it changes the checksums against flow 0's addresses and
 * ports: 16 bytes a flow, computed once. Immutable; any number of threads read it.
 */
public final class FlowHeaders {
    private final int[] source; // the last 32 bits
    private final int[] destination;
    private final int[] ports;
    private final int[] deltas; // of the addresses in the high half, of addresses and ports in the low half

    /**
     * @param space the flows
     */
    public FlowHeaders(FlowSpace space) {
        int flows = space.flows();
        source = new int[flows];
        destination = new int[flows];
        ports = new int[flows];
        deltas = new int[flows];
        for (int flow = 0; flow < flows; flow++) {
            source[flow] = (int) space.sourceLo(flow);
            destination[flow] = (int) space.destinationLo(flow);
            ports[flow] = space.ports(flow);
            int addresses = Checksum.combine(
                    Checksum.delta32(source[0], source[flow]), Checksum.delta32(destination[0], destination[flow]));
            deltas[flow] = addresses << 16 | Checksum.combine(addresses, Checksum.delta32(ports[0], ports[flow]));
        }
    }

    int source(int flow) {
        return source[flow];
    }

    int destination(int flow) {
        return destination[flow];
    }

    int ports(int flow) {
        return ports[flow];
    }

    int addressDelta(int flow) {
        return deltas[flow] >>> 16;
    }

    int transportDelta(int flow) {
        return deltas[flow] & 0xffff;
    }
}
