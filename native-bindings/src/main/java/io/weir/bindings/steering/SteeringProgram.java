package io.weir.bindings.steering;

import io.weir.bindings.bpf.BpfMap;
import io.weir.bindings.bpf.BpfProgram;

/**
 * The classifier, for each place where frames are told apart. All four judge alike.
 *
 * <p>A frame is the engine's when it is, possibly behind one 802.1Q tag,
 *
 * <ul>
 *   <li>IPv4 or IPv6 with an owned destination; ARP or a neighbour solicitation whose target is owned;
 *   <li>TCP or UDP from a real server's address and port to a unicast address that this host does not hold, or to a NAT
 *       address and one of the NAT ports;
 *   <li>a later fragment from a real server's address to such an address, or, of a server that is under full NAT, to a NAT
 *       address;
 *   <li>an ICMP error (destination unreachable, source quench, time exceeded, parameter problem; IPv6: packet too big
 *       too) to such an address that quotes a TCP or UDP packet to a real server, or to a NAT address that quotes a
 *       packet from one of the NAT ports to a real server;
 *   <li>such an error to this host that quotes an IP-in-IP, GRE or UDP packet to where a tunnel of the engine's ends.
 * </ul>
 *
 * <p>Everything else is the kernel's: also multicast other than those solicitations, IPv4 destinations from 224.0.0.0
 * on, frames too short for their headers, and what hides behind more than four IPv6 extension headers (hop-by-hop,
 * routing, destination options and fragment headers are walked), unless the destination alone decides.
 */
public final class SteeringProgram {
    private SteeringProgram() {}

    /**
     * For the driver's receive path: the engine's frames go to the AF_XDP socket of their queue, or to the kernel where
     * there is none.
     *
     * @param maps who is who; shared with other programs
     * @param natPorts ports of the NAT addresses
     * @param xskMap receive queue to socket
     * @throws io.weir.bindings.NativeException when the kernel refuses
     */
    public static BpfProgram xdp(SteeringMaps maps, NatPorts natPorts, BpfMap xskMap) {
        return load(SteeringKind.XDP, maps, natPorts, xskMap, 0, 1);
    }

    /**
     * For TCX ingress in AF_PACKET mode: drops the kernel's copy of the engine's frames, which the engine has got
     * already.
     *
     * @param maps who is who
     * @param natPorts ports of the NAT addresses
     * @throws io.weir.bindings.NativeException when the kernel refuses
     */
    public static BpfProgram tcx(SteeringMaps maps, NatPorts natPorts) {
        return load(SteeringKind.TCX, maps, natPorts, null, 0, 1);
    }

    /**
     * For {@code SO_ATTACH_BPF} on an AF_PACKET socket of type SOCK_RAW: keeps the engine's frames whole and drops the
     * others.
     *
     * @param maps who is who
     * @param natPorts ports of the NAT addresses
     * @throws io.weir.bindings.NativeException when the kernel refuses
     */
    public static BpfProgram socketFilter(SteeringMaps maps, NatPorts natPorts) {
        return load(SteeringKind.FILTER, maps, natPorts, null, 0, 1);
    }

    /**
     * For {@code PACKET_FANOUT_EBPF}: returns the index of the worker that owns the frame's flow, 0 for frames that are
     * not the engine's.
     *
     * <p>The owner follows from {@link FlowHash} of the client's endpoint: the source of what goes to an owned address,
     * the destination of what a server sends, the client found in the packet that an ICMP error quotes; port 0 for ARP,
     * neighbour solicitations, echoes, later fragments and other protocols. What goes to a NAT port belongs to
     * {@link NatPorts#owner}.
     *
     * @param maps who is who
     * @param natPorts ports of the NAT addresses
     * @param seed the key of {@link FlowHash}
     * @param workers how many sockets the group has
     * @throws io.weir.bindings.NativeException when the kernel refuses
     */
    public static BpfProgram fanout(SteeringMaps maps, NatPorts natPorts, long seed, int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("workers " + workers + ": want 1 or more");
        }
        return load(SteeringKind.FANOUT, maps, natPorts, null, seed, workers);
    }

    private static BpfProgram load(
            SteeringKind kind, SteeringMaps maps, NatPorts natPorts, BpfMap xskMap, long seed, int workers) {
        ClassifierOutcome outcome = new ClassifierOutcome(kind, natPorts, xskMap, seed, workers);
        long[] instructions = new ClassifierCode(kind, maps, natPorts, outcome).assemble();
        return BpfProgram.load(kind.type(), kind.programName(), instructions);
    }
}
