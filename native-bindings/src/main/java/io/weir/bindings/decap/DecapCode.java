package io.weir.bindings.decap;

import static io.weir.bindings.bpf.BpfAssembler.Reg.R0;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R1;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R10;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R2;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R3;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R4;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R6;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R7;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R8;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R9;

import io.weir.bindings.bpf.BpfAssembler;
import io.weir.bindings.bpf.BpfAssembler.Alu;
import io.weir.bindings.bpf.BpfAssembler.Cond;
import io.weir.bindings.bpf.BpfAssembler.Label;
import io.weir.bindings.bpf.BpfAssembler.Reg;
import io.weir.bindings.bpf.BpfAssembler.Size;
import io.weir.bindings.bpf.BpfMap;
import java.nio.ByteOrder;

/**
 * The instructions of {@link DecapProgram}.
 *
 * <p>Registers: R6 the context; R7 the offset of the header that comes next; R8 first the header being read, later the inner
 * EtherType in network order; R9 the protocol, then whatever header is read. The stack, below R10:
 *
 * <pre>
 *  -16 .. -5    both MAC addresses
 *   -4 .. -1    a tag: its type, and its TCI
 *  -32 .. -17   outer destination, a key of the map
 *  -36 .. -33   length of the link layer's header: 14 or 18
 *  -40 .. -37   outer ECN
 * </pre>
 */
final class DecapCode {
    private static final int BPF_FUNC_map_lookup_elem = 1;
    private static final int BPF_FUNC_xdp_adjust_head = 44;
    private static final int XDP_DROP = 1;
    private static final int XDP_PASS = 2;
    private static final int XDP_MD_DATA = 0;
    private static final int XDP_MD_DATA_END = 4;

    private static final int ETH_P_IP = 0x0800;
    private static final int ETH_P_IPV6 = 0x86dd;
    private static final int ETH_P_8021Q = 0x8100;
    private static final int IPPROTO_IPIP = 4;
    private static final int IPPROTO_UDP = 17;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPPROTO_GRE = 47;
    private static final int GRE_CHECKSUM = 0x8000;
    private static final int GRE_KEY = 0x2000;
    private static final int GRE_SEQUENCE = 0x1000;
    private static final int GUE_CONTROL = 0x20;
    private static final int GUE_LENGTH = 0x1f;
    private static final int CE = 3;

    private static final int MACS = -16;
    private static final int TAG = -4;
    private static final int KEY = -32;
    private static final int LINK_LENGTH = -36;
    private static final int OUTER_ECN = -40;

    /** Bytes 8 to 11 of an IPv4 address in its IPv6 form, as a load shows them: 00 00 ff ff. */
    private static final int MAPPED_WORD =
            ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 0xffff_0000 : 0x0000_ffff;

    private final BpfAssembler a = new BpfAssembler();
    private final BpfMap addresses;
    private final int guePort;
    private final Label pass = a.label();
    private final Label drop = a.label();
    private final Label inner = a.label();

    DecapCode(BpfMap addresses, int guePort) {
        this.addresses = addresses;
        this.guePort = guePort;
    }

    long[] assemble() {
        Label ipv4 = a.label();
        Label ipv6 = a.label();
        Label destination = a.label();
        a.mov(R6, R1);
        linkLayer();
        a.jump(Cond.EQ, R9, net16(ETH_P_IP), ipv4)
                .jump(Cond.EQ, R9, net16(ETH_P_IPV6), ipv6)
                .jump(pass);
        a.bind(ipv4);
        outerIpv4();
        a.jump(destination).bind(ipv6);
        outerIpv6();
        a.bind(destination);
        tunnel();
        a.bind(inner);
        innerHeader();
        strip();
        a.bind(pass).mov(R0, XDP_PASS).exit();
        a.bind(drop).mov(R0, XDP_DROP).exit();
        return a.assemble();
    }

    private static int net16(int value) {
        return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
                ? Short.toUnsignedInt(Short.reverseBytes((short) value))
                : value;
    }

    /** Makes the bytes at offset R7 readable through a register, or leaves the frame to the kernel when it ends before. */
    private void window(Reg base, int length) {
        a.load(Size.W, R1, R6, XDP_MD_DATA)
                .load(Size.W, R2, R6, XDP_MD_DATA_END)
                .alu(Alu.ADD, R1, R7)
                .mov(R3, R1)
                .alu(Alu.ADD, R3, length)
                .jump(Cond.GT, R3, R2, pass)
                .mov(base, R1);
    }

    /** Keeps the link layer's header, leaves the EtherType in R9 and the offset of what follows in R7. */
    private void linkLayer() {
        Label typed = a.label();
        a.mov(R7, 0);
        window(R8, 14);
        a.load(Size.DW, R1, R8, 0).store(Size.DW, R10, MACS, R1);
        a.load(Size.W, R1, R8, 8).store(Size.W, R10, MACS + 8, R1);
        a.store(Size.W, R10, TAG, 0).load(Size.H, R9, R8, 12).mov(R7, 14);
        a.jump(Cond.NE, R9, net16(ETH_P_8021Q), typed);
        window(R8, 4);
        a.store(Size.H, R10, TAG, R9)
                .load(Size.H, R1, R8, 0)
                .store(Size.H, R10, TAG + 2, R1)
                .load(Size.H, R9, R8, 2)
                .mov(R7, 18);
        a.bind(typed).store(Size.W, R10, LINK_LENGTH, R7);
    }

    /** Leaves the protocol in R9 and the offset behind the header in R7; keeps destination and ECN. */
    private void outerIpv4() {
        window(R8, 20);
        a.load(Size.H, R1, R8, 6)
                .toBigEndian(R1, 16)
                .alu(Alu.AND, R1, 0x3fff)
                .jump(Cond.NE, R1, 0, pass) // a fragment
                .load(Size.B, R1, R8, 1)
                .alu(Alu.AND, R1, CE)
                .store(Size.W, R10, OUTER_ECN, R1)
                .store(Size.DW, R10, KEY, 0)
                .store(Size.W, R10, KEY + 8, MAPPED_WORD)
                .load(Size.W, R1, R8, 16)
                .store(Size.W, R10, KEY + 12, R1)
                .load(Size.B, R9, R8, 9)
                .load(Size.B, R1, R8, 0)
                .mov(R2, R1)
                .alu(Alu.RSH, R2, 4)
                .jump(Cond.NE, R2, 4, pass)
                .alu(Alu.AND, R1, 15)
                .jump(Cond.LT, R1, 5, pass)
                .alu(Alu.LSH, R1, 2)
                .alu(Alu.ADD, R7, R1);
    }

    private void outerIpv6() {
        window(R8, 40);
        a.load(Size.B, R1, R8, 0)
                .alu(Alu.RSH, R1, 4)
                .jump(Cond.NE, R1, 6, pass)
                .load(Size.B, R1, R8, 1)
                .alu(Alu.RSH, R1, 4)
                .alu(Alu.AND, R1, CE)
                .store(Size.W, R10, OUTER_ECN, R1);
        for (int i = 0; i < 16; i += 8) {
            a.load(Size.DW, R1, R8, 24 + i).store(Size.DW, R10, KEY + i, R1);
        }
        a.load(Size.B, R9, R8, 6).alu(Alu.ADD, R7, 40);
    }

    /** If the packet is for one of the addresses: which tunnel, and what is in it. */
    private void tunnel() {
        Label gre = a.label();
        Label gue = a.label();
        a.loadMap(R1, addresses)
                .mov(R2, R10)
                .alu(Alu.ADD, R2, KEY)
                .call(BPF_FUNC_map_lookup_elem)
                .jump(Cond.EQ, R0, 0, pass);
        a.mov(R8, net16(ETH_P_IP))
                .jump(Cond.EQ, R9, IPPROTO_IPIP, inner)
                .mov(R8, net16(ETH_P_IPV6))
                .jump(Cond.EQ, R9, IPPROTO_IPV6, inner)
                .jump(Cond.EQ, R9, IPPROTO_GRE, gre)
                .jump(Cond.EQ, R9, IPPROTO_UDP, gue)
                .jump(pass);
        a.bind(gre);
        gre();
        a.bind(gue);
        gue();
    }

    /** RFC 2784 §2.1, RFC 2890 §2. */
    private void gre() {
        window(R9, 4);
        a.load(Size.H, R8, R9, 2).load(Size.H, R4, R9, 0).toBigEndian(R4, 16);
        a.mov(R1, R4)
                .alu(Alu.AND, R1, 0xffff & ~(GRE_CHECKSUM | GRE_KEY | GRE_SEQUENCE))
                .jump(Cond.NE, R1, 0, pass) // another version, or a route
                .alu(Alu.ADD, R7, 4);
        for (int optional : new int[] {GRE_CHECKSUM, GRE_KEY, GRE_SEQUENCE}) {
            Label absent = a.label();
            a.mov(R1, R4)
                    .alu(Alu.AND, R1, optional)
                    .jump(Cond.EQ, R1, 0, absent)
                    .alu(Alu.ADD, R7, 4)
                    .bind(absent);
        }
        a.jump(Cond.EQ, R8, net16(ETH_P_IP), inner)
                .jump(Cond.EQ, R8, net16(ETH_P_IPV6), inner)
                .jump(pass);
    }

    /** draft-ietf-intarea-gue-09 §3. */
    private void gue() {
        Label variant0 = a.label();
        window(R9, 12);
        a.load(Size.H, R1, R9, 2).jump(Cond.NE, R1, net16(guePort), pass);
        a.load(Size.B, R4, R9, 8)
                .mov(R1, R4)
                .alu(Alu.RSH, R1, 6)
                .jump(Cond.EQ, R1, 0, variant0)
                .alu(Alu.ADD, R7, 8)
                .alu(Alu.RSH, R4, 4)
                .mov(R8, net16(ETH_P_IP))
                .jump(Cond.EQ, R4, 4, inner)
                .mov(R8, net16(ETH_P_IPV6))
                .jump(Cond.EQ, R4, 6, inner)
                .jump(pass);
        a.bind(variant0);
        a.mov(R1, R4).alu(Alu.AND, R1, GUE_CONTROL).jump(Cond.NE, R1, 0, pass);
        a.load(Size.B, R1, R9, 9)
                .alu(Alu.AND, R4, GUE_LENGTH)
                .alu(Alu.LSH, R4, 2)
                .alu(Alu.ADD, R7, 12)
                .alu(Alu.ADD, R7, R4)
                .mov(R8, net16(ETH_P_IP))
                .jump(Cond.EQ, R1, IPPROTO_IPIP, inner)
                .mov(R8, net16(ETH_P_IPV6))
                .jump(Cond.EQ, R1, IPPROTO_IPV6, inner)
                .jump(pass);
    }

    /** Looks whether it is what it is said to be, and gives it the outer mark of congestion. */
    private void innerHeader() {
        Label ipv6 = a.label();
        Label done = a.label();
        a.jump(Cond.NE, R8, net16(ETH_P_IP), ipv6);
        window(R9, 20);
        a.load(Size.B, R1, R9, 0).alu(Alu.RSH, R1, 4).jump(Cond.NE, R1, 4, pass);
        a.load(Size.W, R1, R10, OUTER_ECN).jump(Cond.NE, R1, CE, done);
        a.load(Size.B, R2, R9, 1).mov(R3, R2).alu(Alu.AND, R3, CE);
        a.jump(Cond.EQ, R3, 0, drop).jump(Cond.EQ, R3, CE, done);
        a.alu(Alu.OR, R2, CE).store(Size.B, R9, 1, R2);
        // RFC 1624: ~HC' = ~HC + (m' - m), and m' - m is what the mark has grown by
        a.mov(R1, CE).alu(Alu.SUB, R1, R3);
        a.load(Size.H, R2, R9, 10)
                .toBigEndian(R2, 16)
                .alu(Alu.XOR, R2, 0xffff)
                .alu(Alu.ADD, R2, R1)
                .mov(R1, R2)
                .alu(Alu.RSH, R1, 16)
                .alu(Alu.AND, R2, 0xffff)
                .alu(Alu.ADD, R2, R1)
                .alu(Alu.XOR, R2, 0xffff)
                .toBigEndian(R2, 16)
                .store(Size.H, R9, 10, R2)
                .jump(done);
        a.bind(ipv6);
        window(R9, 40);
        a.load(Size.B, R1, R9, 0).alu(Alu.RSH, R1, 4).jump(Cond.NE, R1, 6, pass);
        a.load(Size.W, R1, R10, OUTER_ECN).jump(Cond.NE, R1, CE, done);
        a.load(Size.B, R2, R9, 1).mov(R3, R2).alu(Alu.AND, R3, CE << 4);
        a.jump(Cond.EQ, R3, 0, drop).alu(Alu.OR, R2, CE << 4).store(Size.B, R9, 1, R2);
        a.bind(done);
    }

    /** Takes off what lies between the link layer's header and the inner packet. */
    private void strip() {
        Label tagged = a.label();
        a.load(Size.W, R1, R10, LINK_LENGTH)
                .mov(R2, R7)
                .alu(Alu.SUB, R2, R1)
                .mov(R1, R6)
                .call(BPF_FUNC_xdp_adjust_head)
                .jump(Cond.NE, R0, 0, drop);
        a.mov(R7, 0);
        window(R9, 18); // an inner header follows, so there is room in any case
        a.load(Size.DW, R1, R10, MACS).store(Size.DW, R9, 0, R1);
        a.load(Size.W, R1, R10, MACS + 8).store(Size.W, R9, 8, R1);
        a.load(Size.W, R1, R10, TAG)
                .jump(Cond.NE, R1, 0, tagged)
                .store(Size.H, R9, 12, R8)
                .jump(pass);
        a.bind(tagged).store(Size.W, R9, 12, R1).store(Size.H, R9, 16, R8);
    }
}
