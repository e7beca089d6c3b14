package io.weir.bindings.steering;

import static io.weir.bindings.bpf.BpfAssembler.Reg.R0;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R1;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R10;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R2;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R3;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R4;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R6;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R7;

import io.weir.bindings.bpf.BpfAssembler;
import io.weir.bindings.bpf.BpfAssembler.Alu;
import io.weir.bindings.bpf.BpfAssembler.Cond;
import io.weir.bindings.bpf.BpfAssembler.Label;
import io.weir.bindings.bpf.BpfAssembler.Reg;
import io.weir.bindings.bpf.BpfAssembler.Size;
import io.weir.bindings.bpf.BpfMap;

/**
 * The classifier's ways to a frame's bytes and to the maps.
 *
 * <p>R6 holds the context, R7 the offset in the frame. The stack, below R10:
 *
 * <pre>
 *  -16 .. -1    destination, 16 bytes
 *  -40 .. -21   source, 16 bytes, then port, protocol and 0: a key of the servers' map as it stands
 *  -56 .. -41   another address: a target, or the source that an ICMP error quotes
 *  -96 .. -57   window: a copy of the header being read (not XDP, which reads the frame itself)
 * </pre>
 */
final class FrameAccess {
    static final int DESTINATION = -16;
    static final int SOURCE = -40;
    static final int OTHER = -56;
    private static final int WINDOW = -96;
    private static final int SERVER_PORT = SOURCE + 16;
    private static final int SERVER_PROTOCOL = SOURCE + 18;
    private static final int SERVER_ZERO = SOURCE + 19;

    /** Bytes 8 to 11 of an IPv4 address in its IPv6 form: 00 00 ff ff. */
    private static final int MAPPED_WORD = 0xffff_0000;

    private final BpfAssembler a;
    private final SteeringMaps maps;
    private final boolean direct;

    FrameAccess(BpfAssembler a, SteeringMaps maps, SteeringKind kind) {
        this.a = a;
        this.maps = maps;
        this.direct = kind == SteeringKind.XDP;
    }

    /** Makes the bytes at offset R7 readable through a register, or jumps when the frame ends before. */
    void window(Reg base, int length, Label tooShort) {
        if (direct) {
            a.load(Size.W, R1, R6, SteeringAbi.XDP_MD_DATA)
                    .load(Size.W, R2, R6, SteeringAbi.XDP_MD_DATA_END)
                    .alu(Alu.ADD, R1, R7)
                    .mov(R3, R1)
                    .alu(Alu.ADD, R3, length)
                    .jump(Cond.GT, R3, R2, tooShort)
                    .mov(base, R1);
        } else {
            a.mov(R1, R6)
                    .mov(R2, R7)
                    .mov(R3, R10)
                    .alu(Alu.ADD, R3, WINDOW)
                    .mov(R4, length)
                    .call(SteeringAbi.BPF_FUNC_skb_load_bytes)
                    .jump(Cond.NE, R0, 0, tooShort)
                    .mov(base, R10)
                    .alu(Alu.ADD, base, WINDOW);
        }
    }

    /** Copies an IPv6 address from the window to the stack. */
    void copyAddress(int slot, Reg base, int offset) {
        for (int i = 0; i < 16; i += 8) {
            a.load(Size.DW, R1, base, offset + i).store(Size.DW, R10, slot + i, R1);
        }
    }

    /** Copies an IPv4 address, in its IPv6 form. By halves where it is not aligned: the stack demands that. */
    void copyAddress4(int slot, Reg base, int offset) {
        a.store(Size.DW, R10, slot, 0).store(Size.W, R10, slot + 8, MAPPED_WORD);
        if (direct || offset % 4 == 0) {
            a.load(Size.W, R1, base, offset).store(Size.W, R10, slot + 12, R1);
        } else {
            a.load(Size.H, R1, base, offset).store(Size.H, R10, slot + 12, R1);
            a.load(Size.H, R1, base, offset + 2).store(Size.H, R10, slot + 14, R1);
        }
    }

    /** What an address on the stack is: its flags, 0 for an unknown one. The target must survive calls. */
    void loadFlags(Reg target, int slot) {
        Label unknown = a.label();
        lookUp(maps.addresses(), slot);
        a.mov(target, 0)
                .jump(Cond.EQ, R0, 0, unknown)
                .load(Size.W, target, R0, 0)
                .bind(unknown);
    }

    /** Jumps when an address on the stack has a flag. */
    void jumpIfFlag(int slot, int flag, Label target) {
        Label unknown = a.label();
        lookUp(maps.addresses(), slot);
        a.jump(Cond.EQ, R0, 0, unknown)
                .load(Size.W, R1, R0, 0)
                .jump(Cond.SET, R1, flag, target)
                .bind(unknown);
    }

    /** Completes the server's key behind the source: a port in network order from the window, and the protocol. */
    void completeServerKey(Reg base, int portOffset, Reg protocol) {
        a.load(Size.H, R1, base, portOffset)
                .store(Size.H, R10, SERVER_PORT, R1)
                .store(Size.B, R10, SERVER_PROTOCOL, protocol)
                .store(Size.B, R10, SERVER_ZERO, 0);
    }

    /** Jumps when the key is a server's with that port, or with all ports. */
    void jumpIfServer(Label server) {
        lookUp(maps.servers(), SOURCE);
        a.jump(Cond.NE, R0, 0, server).store(Size.H, R10, SERVER_PORT, 0);
        lookUp(maps.servers(), SOURCE);
        a.jump(Cond.NE, R0, 0, server);
    }

    private void lookUp(BpfMap map, int slot) {
        a.loadMap(R1, map).mov(R2, R10).alu(Alu.ADD, R2, slot).call(SteeringAbi.BPF_FUNC_map_lookup_elem);
    }

    /** A 16-bit number as a load from network memory shows it. */
    static int net16(int value) {
        return Short.reverseBytes((short) value) & 0xffff;
    }
}
