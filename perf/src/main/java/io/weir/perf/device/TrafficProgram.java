package io.weir.perf.device;

import io.weir.bindings.bpf.BpfAssembler;
import io.weir.bindings.bpf.BpfAssembler.Alu;
import io.weir.bindings.bpf.BpfAssembler.Cond;
import io.weir.bindings.bpf.BpfAssembler.Label;
import io.weir.bindings.bpf.BpfAssembler.Reg;
import io.weir.bindings.bpf.BpfAssembler.Size;
import io.weir.bindings.bpf.BpfMap;
import io.weir.bindings.bpf.BpfProgram;
import io.weir.engine.packet.Ethernet;
import io.weir.engine.packet.Ipv4;
import io.weir.engine.packet.Ipv6;
import io.weir.engine.packet.Transport;

/**
 * What keeps test traffic from the kernel: TCP and UDP, over IPv4 or IPv6 without extension headers. ARP, neighbour
 * discovery, ICMP and everything else remain the kernel's, so that the device's addresses can be resolved.
 */
final class TrafficProgram {
    /** Of a queue's tally: whether to count. */
    static final int TALLY_IS_ON = 0;
    /** Of a queue's tally: frames counted. */
    static final int TALLY_FRAMES = 8;
    /** Bytes of a queue's tally. */
    static final int TALLY = 16;

    private static final int XDP_DROP = 1;
    private static final int XDP_PASS = 2;
    private static final int TCX_NEXT = -1;
    private static final int TCX_DROP = 2;
    private static final int BPF_FUNC_MAP_LOOKUP_ELEM = 1;
    private static final int BPF_FUNC_SKB_LOAD_BYTES = 26;
    private static final int BPF_FUNC_REDIRECT_MAP = 51;
    private static final int KEY = -4;
    private static final int XDP_MD_DATA = 0;
    private static final int XDP_MD_DATA_END = 4;
    private static final int XDP_MD_RX_QUEUE_INDEX = 16;
    /** Bytes up to and with either version's protocol number. */
    private static final int WINDOW = Ethernet.HEADER + Ipv4.PROTOCOL + 1;

    private TrafficProgram() {}

    /**
     * Traffic goes to the socket of its queue, or to the kernel where there is none; or it is counted and goes nowhere.
     *
     * @param sockets by queue
     * @param tally by queue: a word that says whether to count, and the number of frames counted, 8 bytes each
     */
    static BpfProgram xdp(BpfMap sockets, BpfMap tally) {
        BpfAssembler a = new BpfAssembler();
        Label other = a.label();
        Label deliver = a.label();
        a.load(Size.W, Reg.R7, Reg.R1, XDP_MD_DATA)
                .load(Size.W, Reg.R3, Reg.R1, XDP_MD_DATA_END)
                .load(Size.W, Reg.R8, Reg.R1, XDP_MD_RX_QUEUE_INDEX)
                .mov(Reg.R4, Reg.R7)
                .alu(Alu.ADD, Reg.R4, WINDOW)
                .jump(Cond.GT, Reg.R4, Reg.R3, other);
        leaveUnlessTraffic(a, other);
        a.store(Size.W, Reg.R10, KEY, Reg.R8)
                .loadMap(Reg.R1, tally)
                .mov(Reg.R2, Reg.R10)
                .alu(Alu.ADD, Reg.R2, KEY)
                .call(BPF_FUNC_MAP_LOOKUP_ELEM)
                .jump(Cond.EQ, Reg.R0, 0, deliver)
                .load(Size.DW, Reg.R1, Reg.R0, TALLY_IS_ON)
                .jump(Cond.EQ, Reg.R1, 0, deliver)
                .load(Size.DW, Reg.R1, Reg.R0, TALLY_FRAMES) // a queue is one processor's at a time
                .alu(Alu.ADD, Reg.R1, 1)
                .store(Size.DW, Reg.R0, TALLY_FRAMES, Reg.R1)
                .mov(Reg.R0, XDP_DROP)
                .exit();
        a.bind(deliver)
                .loadMap(Reg.R1, sockets)
                .mov(Reg.R2, Reg.R8)
                .mov(Reg.R3, XDP_PASS)
                .call(BPF_FUNC_REDIRECT_MAP)
                .exit();
        a.bind(other).mov(Reg.R0, XDP_PASS).exit();
        return BpfProgram.load(BpfProgram.Type.XDP, "weir_traffic", a.assemble());
    }

    /** For TCX ingress: drops the kernel's copy of traffic that an AF_PACKET socket has got already. */
    static BpfProgram drop() {
        BpfAssembler a = new BpfAssembler();
        Label other = a.label();
        int copy = -(WINDOW + 7 & ~7);
        a.mov(Reg.R2, 0)
                .mov(Reg.R3, Reg.R10)
                .alu(Alu.ADD, Reg.R3, copy)
                .mov(Reg.R4, WINDOW)
                .call(BPF_FUNC_SKB_LOAD_BYTES)
                .jump(Cond.NE, Reg.R0, 0, other)
                .mov(Reg.R7, Reg.R10)
                .alu(Alu.ADD, Reg.R7, copy);
        leaveUnlessTraffic(a, other);
        a.mov(Reg.R0, TCX_DROP).exit();
        a.bind(other).mov(Reg.R0, TCX_NEXT).exit();
        return BpfProgram.load(BpfProgram.Type.SCHED_CLS, "weir_traffic", a.assemble());
    }

    /** R7: the frame. Uses R5 and R6. */
    private static void leaveUnlessTraffic(BpfAssembler a, Label other) {
        Label v6 = a.label();
        Label transport = a.label();
        Label traffic = a.label();
        a.load(Size.H, Reg.R5, Reg.R7, Ethernet.TYPE)
                .toBigEndian(Reg.R5, 16)
                .jump(Cond.EQ, Reg.R5, Ethernet.TYPE_IPV6, v6)
                .jump(Cond.NE, Reg.R5, Ethernet.TYPE_IPV4, other)
                .load(Size.B, Reg.R6, Reg.R7, Ethernet.HEADER + Ipv4.PROTOCOL)
                .jump(transport)
                .bind(v6)
                .load(Size.B, Reg.R6, Reg.R7, Ethernet.HEADER + Ipv6.NEXT_HEADER)
                .bind(transport)
                .jump(Cond.EQ, Reg.R6, Transport.TCP, traffic)
                .jump(Cond.NE, Reg.R6, Transport.UDP, other)
                .bind(traffic);
    }
}
