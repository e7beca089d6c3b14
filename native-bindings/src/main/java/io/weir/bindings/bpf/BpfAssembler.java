package io.weir.bindings.bpf;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Assembles BPF instructions into the form that {@link BpfProgram#load} takes.
 *
 * <pre>
 *  63                            32 31            16 15    12 11     8 7         0
 * +--------------------------------+----------------+--------+--------+-----------+
 * |           immediate            |     offset     | source | target |  opcode   |
 * +--------------------------------+----------------+--------+--------+-----------+
 * </pre>
 *
 * <p>Each instruction is one long, a 64-bit immediate takes two. Jumps name a {@link Label}, which may be bound before or
 * after. Source: {@code Documentation/bpf/standardization/instruction-set.rst} of the kernel (RFC 9669). For the
 * little-endian machines that Weir runs on.
 */
public final class BpfAssembler {
    /** The machine's registers. */
    public enum Reg {
        /** A call's result, and the program's. Lost by a call. */
        R0,
        /** First argument; at the start the program's context. Lost by a call. */
        R1,
        /** Second argument. Lost by a call. */
        R2,
        /** Third argument. Lost by a call. */
        R3,
        /** Fourth argument. Lost by a call. */
        R4,
        /** Fifth argument. Lost by a call. */
        R5,
        /** Kept across calls. */
        R6,
        /** Kept across calls. */
        R7,
        /** Kept across calls. */
        R8,
        /** Kept across calls. */
        R9,
        /** The end of the stack of 512 bytes, read only. */
        R10
    }

    /** Width of a load or a store. */
    public enum Size {
        /** 1 byte. */
        B(0x10),
        /** 2 bytes. */
        H(0x08),
        /** 4 bytes. */
        W(0x00),
        /** 8 bytes. */
        DW(0x18);

        private final int code;

        Size(int code) {
            this.code = code;
        }
    }

    /** Arithmetic; division and shift right are unsigned. */
    public enum Alu {
        ADD,
        SUB,
        MUL,
        DIV,
        OR,
        AND,
        LSH,
        RSH,
        NEG,
        MOD,
        XOR,
        MOV,
        ARSH;

        private int code() {
            return ordinal() << 4;
        }
    }

    /** Conditions of a jump; those with S compare as signed, SET tests for common bits. */
    public enum Cond {
        EQ(0x10),
        GT(0x20),
        GE(0x30),
        SET(0x40),
        NE(0x50),
        SGT(0x60),
        SGE(0x70),
        LT(0xa0),
        LE(0xb0),
        SLT(0xc0),
        SLE(0xd0);

        private final int code;

        Cond(int code) {
            this.code = code;
        }
    }

    /** A place in the program. */
    public static final class Label {
        private int position = -1;

        private Label() {}
    }

    private record Jump(int position, Label target) {}

    private static final int CLASS_LDX = 0x01;
    private static final int CLASS_ST = 0x02;
    private static final int CLASS_STX = 0x03;
    private static final int CLASS_ALU32 = 0x04;
    private static final int CLASS_JMP = 0x05;
    private static final int CLASS_JMP32 = 0x06;
    private static final int CLASS_ALU64 = 0x07;
    private static final int MODE_MEM = 0x60;
    private static final int SOURCE_REGISTER = 0x08;
    private static final int LD_IMM64 = 0x18;
    private static final int JA = 0x05;
    private static final int CALL = 0x85;
    private static final int EXIT = 0x95;
    private static final int END_TO_BIG = 0xdc;
    private static final int NO_REG = 0;

    private final List<Jump> jumps = new ArrayList<>();
    private long[] code = new long[256];
    private int length;

    /** A label that is still to be {@link #bind bound}. */
    public Label label() {
        return new Label();
    }

    /** Gives a label the place of the next instruction. */
    public BpfAssembler bind(Label label) {
        if (label.position >= 0) {
            throw new IllegalStateException("the label is bound already");
        }
        label.position = length;
        return this;
    }

    /** {@code target = target op source}, 64 bits. */
    public BpfAssembler alu(Alu op, Reg target, Reg source) {
        return emit(CLASS_ALU64 | SOURCE_REGISTER | op.code(), target.ordinal(), source.ordinal(), 0, 0);
    }

    /** {@code target = target op immediate}, 64 bits, the immediate sign-extended. */
    public BpfAssembler alu(Alu op, Reg target, int immediate) {
        return emit(CLASS_ALU64 | op.code(), target.ordinal(), NO_REG, 0, immediate);
    }

    /** {@code target = target op source} on the lower 32 bits; the upper become 0. */
    public BpfAssembler alu32(Alu op, Reg target, Reg source) {
        return emit(CLASS_ALU32 | SOURCE_REGISTER | op.code(), target.ordinal(), source.ordinal(), 0, 0);
    }

    /** {@code target = target op immediate} on the lower 32 bits; the upper become 0. */
    public BpfAssembler alu32(Alu op, Reg target, int immediate) {
        return emit(CLASS_ALU32 | op.code(), target.ordinal(), NO_REG, 0, immediate);
    }

    public BpfAssembler mov(Reg target, Reg source) {
        return alu(Alu.MOV, target, source);
    }

    public BpfAssembler mov(Reg target, int immediate) {
        return alu(Alu.MOV, target, immediate);
    }

    /** Turns the lower 16, 32 or 64 bits from the machine's order into network order, or back; the others become 0. */
    public BpfAssembler toBigEndian(Reg target, int bits) {
        return emit(END_TO_BIG, target.ordinal(), NO_REG, 0, bits);
    }

    /** {@code target = immediate}, 64 bits. */
    public BpfAssembler loadLong(Reg target, long immediate) {
        emit(LD_IMM64, target.ordinal(), NO_REG, 0, (int) immediate);
        return emit(0, 0, 0, 0, (int) (immediate >>> 32));
    }

    /** {@code target = } the map's address. The map must stay open until the program is loaded. */
    public BpfAssembler loadMap(Reg target, BpfMap map) {
        emit(LD_IMM64, target.ordinal(), BpfAbi.BPF_PSEUDO_MAP_FD, 0, map.fd());
        return emit(0, 0, 0, 0, 0);
    }

    /** {@code target = *(base + offset)}, zero-extended. */
    public BpfAssembler load(Size size, Reg target, Reg base, int offset) {
        return emit(MODE_MEM | CLASS_LDX | size.code, target.ordinal(), base.ordinal(), offset, 0);
    }

    /** {@code *(base + offset) = source}. */
    public BpfAssembler store(Size size, Reg base, int offset, Reg source) {
        return emit(MODE_MEM | CLASS_STX | size.code, base.ordinal(), source.ordinal(), offset, 0);
    }

    /** {@code *(base + offset) = immediate}. */
    public BpfAssembler store(Size size, Reg base, int offset, int immediate) {
        return emit(MODE_MEM | CLASS_ST | size.code, base.ordinal(), NO_REG, offset, immediate);
    }

    public BpfAssembler jump(Label target) {
        return jumpTo(target, JA, NO_REG, NO_REG, 0);
    }

    /** Jumps when {@code a condition b}, 64 bits. */
    public BpfAssembler jump(Cond condition, Reg a, Reg b, Label target) {
        return jumpTo(target, CLASS_JMP | SOURCE_REGISTER | condition.code, a.ordinal(), b.ordinal(), 0);
    }

    /** Jumps when {@code a condition immediate}, 64 bits, the immediate sign-extended. */
    public BpfAssembler jump(Cond condition, Reg a, int immediate, Label target) {
        return jumpTo(target, CLASS_JMP | condition.code, a.ordinal(), NO_REG, immediate);
    }

    /** Jumps when {@code a condition immediate} holds for the lower 32 bits. */
    public BpfAssembler jump32(Cond condition, Reg a, int immediate, Label target) {
        return jumpTo(target, CLASS_JMP32 | condition.code, a.ordinal(), NO_REG, immediate);
    }

    /** Calls one of the kernel's helper functions ({@code enum bpf_func_id}); R1 to R5 are lost, R0 is the result. */
    public BpfAssembler call(int helper) {
        return emit(CALL, NO_REG, NO_REG, 0, helper);
    }

    /** Ends the program; R0 is its result. */
    public BpfAssembler exit() {
        return emit(EXIT, NO_REG, NO_REG, 0, 0);
    }

    /** The instructions so far, with all jumps resolved. */
    public long[] assemble() {
        long[] assembled = Arrays.copyOf(code, length);
        for (Jump jump : jumps) {
            if (jump.target.position < 0) {
                throw new IllegalStateException("the label of the jump at " + jump.position + " was never bound");
            }
            int distance = jump.target.position - jump.position - 1;
            if (distance != (short) distance) {
                throw new IllegalStateException("the jump at " + jump.position + " is too far: " + distance);
            }
            assembled[jump.position] |= (distance & 0xffffL) << 16;
        }
        return assembled;
    }

    private BpfAssembler jumpTo(Label target, int opcode, int a, int b, int immediate) {
        jumps.add(new Jump(length, target));
        return emit(opcode, a, b, 0, immediate);
    }

    private BpfAssembler emit(int opcode, int target, int source, int offset, int immediate) {
        if (offset != (short) offset) {
            throw new IllegalArgumentException("offset " + offset);
        }
        if (length == code.length) {
            code = Arrays.copyOf(code, 2 * length);
        }
        code[length++] = opcode
                | (long) target << 8
                | (long) source << 12
                | (offset & 0xffffL) << 16
                | (immediate & 0xffff_ffffL) << 32;
        return this;
    }
}
