package io.weir.bindings.steering;

import static io.weir.bindings.bpf.BpfAssembler.Reg.R0;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R1;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R7;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R9;
import static io.weir.bindings.steering.FrameAccess.net16;

import io.weir.bindings.bpf.BpfAssembler;
import io.weir.bindings.bpf.BpfAssembler.Alu;
import io.weir.bindings.bpf.BpfAssembler.Cond;
import io.weir.bindings.bpf.BpfAssembler.Label;
import io.weir.bindings.bpf.BpfAssembler.Reg;
import io.weir.bindings.bpf.BpfAssembler.Size;

/**
 * Reads a packet's IP header, the outer one or one that an ICMP error quotes: from offset R7, both addresses to the
 * stack, R7 to what follows, R9 its protocol or one of two other words.
 */
final class NetworkHeaders {
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int[] WALKED = {HOP_BY_HOP, ROUTING, DESTINATION_OPTIONS};
    private static final int MAX_EXTENSION_HEADERS = 4;

    private final BpfAssembler a;
    private final FrameAccess frame;
    private final int later;
    private final int none;

    /**
     * @param later what R9 says of a fragment other than the first
     * @param none what R9 says when the frame ends within an extension header
     */
    NetworkHeaders(BpfAssembler a, FrameAccess frame, int later, int none) {
        this.a = a;
        this.frame = frame;
        this.later = later;
        this.none = none;
    }

    /** Jumps away, with nothing on the stack changed, when it is no IPv4 header. */
    void ipv4(Reg base, int source, int destination, Label broken) {
        Label first = a.label();
        frame.window(base, 20, broken);
        version(base, 4, broken);
        a.alu(Alu.AND, R0, 0xf).jump(Cond.LT, R0, 5, broken).alu(Alu.LSH, R0, 2).alu(Alu.ADD, R7, R0);
        frame.copyAddress4(source, base, 12);
        frame.copyAddress4(destination, base, 16);
        a.load(Size.H, R1, base, 6)
                .alu(Alu.AND, R1, net16(0x1fff))
                .load(Size.B, R9, base, 9)
                .jump(Cond.EQ, R1, 0, first)
                .mov(R9, later)
                .bind(first);
    }

    /** Jumps away, with nothing on the stack changed, when it is no IPv6 header. The base is used for windows too. */
    void ipv6(Reg base, int source, int destination, Label broken) {
        Label done = a.label();
        frame.window(base, 40, broken);
        version(base, 6, broken);
        frame.copyAddress(source, base, 8);
        frame.copyAddress(destination, base, 24);
        a.load(Size.B, R9, base, 6).alu(Alu.ADD, R7, 40);
        a.jump(Cond.EQ, R9, Endpoint.TCP, done).jump(Cond.EQ, R9, Endpoint.UDP, done);
        Label cut = a.label();
        for (int i = 0; i < MAX_EXTENSION_HEADERS; i++) {
            extensionHeader(base, done, cut);
        }
        a.jump(done).bind(cut).mov(R9, none).bind(done);
    }

    private void extensionHeader(Reg base, Label done, Label cut) {
        Label fragment = a.label();
        Label walk = a.label();
        Label whole = a.label();
        Label next = a.label();
        a.jump(Cond.EQ, R9, FRAGMENT, fragment);
        for (int header : WALKED) {
            a.jump(Cond.EQ, R9, header, walk);
        }
        a.jump(done).bind(walk);
        frame.window(base, 8, cut);
        a.load(Size.B, R0, base, 1)
                .alu(Alu.ADD, R0, 1)
                .alu(Alu.LSH, R0, 3)
                .alu(Alu.ADD, R7, R0)
                .load(Size.B, R9, base, 0)
                .jump(next);
        a.bind(fragment);
        frame.window(base, 8, cut);
        a.load(Size.H, R1, base, 2)
                .alu(Alu.AND, R1, net16(0xfff8))
                .load(Size.B, R9, base, 0)
                .jump(Cond.EQ, R1, 0, whole)
                .mov(R9, later)
                .jump(done)
                .bind(whole)
                .alu(Alu.ADD, R7, 8)
                .bind(next);
    }

    /** Leaves the header's first byte in R0. */
    private void version(Reg base, int version, Label broken) {
        a.load(Size.B, R0, base, 0).mov(R1, R0).alu(Alu.RSH, R1, 4).jump(Cond.NE, R1, version, broken);
    }
}
