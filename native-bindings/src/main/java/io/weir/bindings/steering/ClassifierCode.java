package io.weir.bindings.steering;

import static io.weir.bindings.bpf.BpfAssembler.Reg.R0;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R1;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R10;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R6;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R7;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R8;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R9;
import static io.weir.bindings.steering.FrameAccess.DESTINATION;
import static io.weir.bindings.steering.FrameAccess.OTHER;
import static io.weir.bindings.steering.FrameAccess.SOURCE;
import static io.weir.bindings.steering.FrameAccess.net16;

import io.weir.bindings.bpf.BpfAssembler;
import io.weir.bindings.bpf.BpfAssembler.Alu;
import io.weir.bindings.bpf.BpfAssembler.Cond;
import io.weir.bindings.bpf.BpfAssembler.Label;
import io.weir.bindings.bpf.BpfAssembler.Size;

/**
 * The classifier's flow, the same in every program. {@link SteeringProgram} says what it decides.
 *
 * <p>Registers: R6 the context; R7 the offset of the header that comes next, then a port; R8 the destination's flags; R9
 * the protocol, {@link #LATER} or {@link #NONE}. At the end, where the client matters: R8 and R9 the halves of its
 * address, R7 its port.
 */
final class ClassifierCode {
    private static final int ETH_P_IP = 0x0800;
    private static final int ETH_P_ARP = 0x0806;
    private static final int ETH_P_8021Q = 0x8100;
    private static final int ETH_P_IPV6 = 0x86dd;
    private static final int ETH_HLEN = 14;
    /** Hardware type 1, protocol type 0x0800, as a load shows them. */
    private static final int ARP_TYPES = 0x0008_0100;
    /** Address lengths 6 and 4, as a load shows them. */
    private static final int ARP_LENGTHS = 0x0406;

    private static final int TCP = Endpoint.TCP;
    private static final int UDP = Endpoint.UDP;
    private static final int ICMP = 1;
    private static final int ICMPV6 = 58;
    private static final int NEIGHBOUR_SOLICITATION = 135;
    private static final int[] ICMP_ERRORS = {3, 4, 11, 12};
    private static final int[] ICMPV6_ERRORS = {1, 2, 3, 4};
    /** IPv4 and IPv6 in IP, GRE, and what encapsulates in UDP. */
    private static final int[] TUNNELS = {4, 41, 47, UDP};

    /** Instead of a protocol: a fragment other than the first. */
    private static final int LATER = 0x100;
    /** Instead of a protocol: what follows cannot be told. */
    private static final int NONE = 0x200;

    private final BpfAssembler a = new BpfAssembler();
    private final FrameAccess frame;
    private final NetworkHeaders headers;
    private final SteeringKind kind;
    private final NatPorts natPorts;
    private final ClassifierOutcome outcome;
    private final Label pass = a.label();
    private final Label ours = a.label();

    ClassifierCode(SteeringKind kind, SteeringMaps maps, NatPorts natPorts, ClassifierOutcome outcome) {
        this.kind = kind;
        this.natPorts = natPorts;
        this.outcome = outcome;
        this.frame = new FrameAccess(a, maps, kind);
        this.headers = new NetworkHeaders(a, frame, LATER, NONE);
    }

    long[] assemble() {
        Label arp = a.label();
        Label ipv4 = a.label();
        Label network = a.label();
        a.mov(R6, R1);
        linkLayer();
        a.jump(Cond.EQ, R9, net16(ETH_P_IP), ipv4)
                .jump(Cond.EQ, R9, net16(ETH_P_ARP), arp)
                .jump(Cond.NE, R9, net16(ETH_P_IPV6), pass);
        Label judge = a.label();
        headers.ipv6(R8, SOURCE, DESTINATION, pass);
        disown(ICMP);
        a.mov(R8, SteeringMaps.LOCAL) // multicast is as good as held by the host: only a solicitation may be ours
                .load(Size.B, R1, R10, DESTINATION)
                .jump(Cond.EQ, R1, 0xff, judge)
                .jump(network);

        a.bind(ipv4);
        headers.ipv4(R8, SOURCE, DESTINATION, pass);
        disown(ICMPV6);
        a.load(Size.B, R1, R10, DESTINATION + 12).jump(Cond.GE, R1, 224, pass);

        a.bind(network);
        frame.loadFlags(R8, DESTINATION);
        owned();
        a.bind(judge);
        judge();
        a.bind(arp);
        arp();
        a.bind(ours);
        outcome.emitOurs(a);
        a.bind(pass);
        outcome.emitPass(a);
        return a.assemble();
    }

    /** Leaves the EtherType in R9, in network order, and the offset of the network header in R7. */
    private void linkLayer() {
        Label typed = a.label();
        a.mov(R7, 0);
        if (kind == SteeringKind.FANOUT) {
            a.load(Size.W, R0, R6, SteeringAbi.SKB_PKT_TYPE)
                    .jump(Cond.EQ, R0, SteeringAbi.PACKET_OUTGOING, pass)
                    .load(Size.W, R9, R6, SteeringAbi.SKB_PROTOCOL);
        } else {
            frame.window(R8, ETH_HLEN, pass);
            a.load(Size.H, R9, R8, 12).mov(R7, ETH_HLEN);
        }
        if (kind == SteeringKind.XDP) {
            a.jump(Cond.NE, R9, net16(ETH_P_8021Q), typed);
        } else {
            // the kernel has taken the outer tag out of the frame; a second one is one too many
            Label untagged = a.label();
            a.load(Size.W, R0, R6, SteeringAbi.SKB_VLAN_PRESENT)
                    .jump(Cond.EQ, R0, 0, untagged)
                    .load(Size.W, R0, R6, SteeringAbi.SKB_VLAN_PROTO)
                    .jump(Cond.NE, R0, net16(ETH_P_8021Q), pass)
                    .jump(Cond.EQ, R9, net16(ETH_P_8021Q), pass)
                    .jump(typed)
                    .bind(untagged)
                    .jump(Cond.NE, R9, net16(ETH_P_8021Q), typed);
        }
        frame.window(R8, 4, pass);
        a.load(Size.H, R9, R8, 2).alu(Alu.ADD, R7, 4).bind(typed);
    }

    /** ICMP belongs to IPv4 and ICMPv6 to IPv6: elsewhere the number means nothing. */
    private void disown(int protocol) {
        Label other = a.label();
        a.jump(Cond.NE, R9, protocol, other).mov(R9, NONE).bind(other);
    }

    private void arp() {
        Label hit = a.label();
        frame.window(R8, 28, pass);
        a.load(Size.W, R1, R8, 0).jump(Cond.NE, R1, ARP_TYPES, pass);
        a.load(Size.H, R1, R8, 4).jump(Cond.NE, R1, ARP_LENGTHS, pass);
        frame.copyAddress4(SOURCE, R8, 14);
        frame.copyAddress4(OTHER, R8, 24);
        frame.loadFlags(R8, OTHER);
        a.jump(Cond.SET, R8, SteeringMaps.OWNED, hit).jump(pass).bind(hit);
        oursWithoutPort(SOURCE);
    }

    /** The destination is owned: only who the client is remains to be found. */
    private void owned() {
        if (!outcome.needsClient()) {
            a.jump(Cond.SET, R8, SteeringMaps.OWNED, ours);
            return;
        }
        Label notOwned = a.label();
        Label portless = a.label();
        Label transport = a.label();
        Label icmp4 = a.label();
        Label icmp6 = a.label();
        Label quoted = a.label();
        Label quotedPorts = a.label();
        a.mov(R1, R8).alu(Alu.AND, R1, SteeringMaps.OWNED).jump(Cond.EQ, R1, 0, notOwned);
        jumpIfTransport(transport);
        a.jump(Cond.EQ, R9, ICMP, icmp4).jump(Cond.EQ, R9, ICMPV6, icmp6).bind(portless);
        oursWithoutPort(SOURCE);

        a.bind(transport);
        frame.window(R8, 4, portless);
        a.load(Size.H, R7, R8, 0).toBigEndian(R7, 16);
        oursOf(SOURCE);

        a.bind(icmp4);
        icmpError(ICMP_ERRORS, portless);
        headers.ipv4(R9, OTHER, SOURCE, portless);
        a.jump(quoted).bind(icmp6);
        icmpError(ICMPV6_ERRORS, portless);
        headers.ipv6(R9, OTHER, SOURCE, portless);
        a.bind(quoted);
        jumpIfTransport(quotedPorts);
        a.jump(portless).bind(quotedPorts);
        frame.window(R8, 4, portless);
        a.load(Size.H, R7, R8, 2).toBigEndian(R7, 16);
        oursOf(SOURCE);
        a.bind(notOwned);
    }

    /** The destination is not owned: who sends decides, or what is asked or quoted. */
    private void judge() {
        Label transport = a.label();
        Label icmp4 = a.label();
        Label icmp6 = a.label();
        Label quoted = a.label();
        jumpIfTransport(transport);
        a.jump(Cond.EQ, R9, ICMPV6, icmp6).jump(Cond.EQ, R9, ICMP, icmp4).jump(Cond.NE, R9, LATER, pass);
        laterFragment();

        a.bind(transport);
        frame.window(R7, 4, pass);
        frame.completeServerKey(R7, 0, R9);
        a.load(Size.H, R7, R7, 2).toBigEndian(R7, 16);
        judgeServer(DESTINATION);

        a.bind(icmp6);
        solicitation();
        icmpError(ICMPV6_ERRORS, pass);
        headers.ipv6(R9, OTHER, SOURCE, pass);
        a.jump(quoted).bind(icmp4);
        icmpError(ICMP_ERRORS, pass);
        headers.ipv4(R9, OTHER, SOURCE, pass);

        a.bind(quoted);
        Label quotedPorts = a.label();
        quotedTunnel();
        jumpIfTransport(quotedPorts);
        a.jump(pass).bind(quotedPorts);
        frame.window(R7, 4, pass);
        frame.completeServerKey(R7, 2, R9);
        a.load(Size.H, R7, R7, 0).toBigEndian(R7, 16);
        judgeServer(OTHER);
    }

    /** Ours when the host is told of a packet to a tunnel's end; the quoted packet's protocol is in R9. */
    private void quotedTunnel() {
        Label encapsulated = a.label();
        Label other = a.label();
        Label hit = a.label();
        a.mov(R1, R8).alu(Alu.AND, R1, SteeringMaps.LOCAL).jump(Cond.EQ, R1, 0, other);
        for (int protocol : TUNNELS) {
            a.jump(Cond.EQ, R9, protocol, encapsulated);
        }
        a.jump(other).bind(encapsulated);
        frame.jumpIfFlag(SOURCE, SteeringMaps.TUNNEL_END, hit);
        a.jump(other).bind(hit);
        oursWithoutPort(OTHER);
        a.bind(other);
    }

    /** Ours when the server's key is a server's, and the port in R7 a NAT port or the destination not this host's. */
    private void judgeServer(int client) {
        Label hit = a.label();
        if (natPorts.count() > 0) {
            Label notNat = a.label();
            Label nat = a.label();
            a.mov(R1, R8)
                    .alu(Alu.AND, R1, SteeringMaps.NAT)
                    .jump(Cond.EQ, R1, 0, notNat)
                    .jump(Cond.LT, R7, natPorts.low(), notNat)
                    .jump(Cond.GT, R7, natPorts.high(), notNat);
            frame.jumpIfServer(nat);
            a.jump(pass).bind(nat);
            outcome.emitOursByNatPort(a);
            a.bind(notNat);
        }
        a.jump(Cond.SET, R8, SteeringMaps.LOCAL, pass);
        frame.jumpIfServer(hit);
        a.jump(pass).bind(hit);
        oursOf(client);
    }

    private void laterFragment() {
        Label hit = a.label();
        Label notNat = a.label();
        frame.loadFlags(R9, SOURCE);
        a.mov(R1, R8)
                .alu(Alu.AND, R1, SteeringMaps.NAT)
                .jump(Cond.EQ, R1, 0, notNat)
                .jump(Cond.SET, R9, SteeringMaps.FULL_NAT, hit)
                .bind(notNat)
                .jump(Cond.SET, R8, SteeringMaps.LOCAL, pass)
                .jump(Cond.SET, R9, SteeringMaps.SERVER, hit)
                .jump(pass)
                .bind(hit);
        oursWithoutPort(DESTINATION);
    }

    private void solicitation() {
        Label other = a.label();
        Label hit = a.label();
        frame.window(R1, 1, pass);
        a.load(Size.B, R1, R1, 0).jump(Cond.NE, R1, NEIGHBOUR_SOLICITATION, other);
        frame.window(R9, 24, pass);
        frame.copyAddress(OTHER, R9, 8);
        frame.loadFlags(R8, OTHER);
        a.jump(Cond.SET, R8, SteeringMaps.OWNED, hit).jump(pass).bind(hit);
        oursWithoutPort(SOURCE);
        a.bind(other);
    }

    /** Jumps away when it is no such error; moves R7 to the quoted packet. */
    private void icmpError(int[] types, Label none) {
        Label error = a.label();
        frame.window(R9, 8, none);
        a.load(Size.B, R1, R9, 0);
        for (int type : types) {
            a.jump(Cond.EQ, R1, type, error);
        }
        a.jump(none).bind(error).alu(Alu.ADD, R7, 8);
    }

    private void jumpIfTransport(Label target) {
        a.jump(Cond.EQ, R9, TCP, target).jump(Cond.EQ, R9, UDP, target);
    }

    private void oursWithoutPort(int client) {
        a.mov(R7, 0);
        oursOf(client);
    }

    /** Ours, the client's address on the stack, its port in R7. */
    private void oursOf(int client) {
        if (outcome.needsClient()) {
            a.load(Size.DW, R8, R10, client)
                    .toBigEndian(R8, 64)
                    .load(Size.DW, R9, R10, client + 8)
                    .toBigEndian(R9, 64);
        }
        a.jump(ours);
    }
}
