package io.weir.perf.pktgen;

import static io.weir.bindings.bpf.BpfAssembler.Reg.R0;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R1;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R10;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R2;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R3;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R5;
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
import io.weir.engine.packet.Checksum;
import io.weir.engine.packet.Ethernet;
import io.weir.engine.packet.Ipv4;
import io.weir.engine.packet.Ipv6;
import io.weir.engine.packet.Transport;
import io.weir.perf.traffic.FrameTemplate;
import io.weir.perf.traffic.Popularity;
import io.weir.perf.traffic.Protocol;
import io.weir.perf.traffic.Stamp;
import io.weir.perf.traffic.Traffic;

/**
 * The XDP program that the kernel runs on frames of its own: writes the whole header of the next flow's frame, whatever
 * was there before, and sends it ({@code XDP_TX}).
 *
 * <p>R6 is the frame, R7 the flow, R8 the time, R9 the frame's number, R0 the transport checksum's sum, R5 the sum of
 * what changes in the addresses. The number comes from the first place of an array that one thread alone uses.
 */
final class LiveProgram {
    private static final int XDP_ABORTED = 0;
    private static final int XDP_TX = 3;
    private static final int XDP_MD_DATA = 0;
    private static final int XDP_MD_DATA_END = 4;
    private static final int BPF_FUNC_MAP_LOOKUP_ELEM = 1;
    private static final int BPF_FUNC_KTIME_GET_NS = 5;
    private static final int BPF_FUNC_GET_PRANDOM_U32 = 7;
    private static final int KEY = -4;
    /** Spreads SYNs' sequence numbers. */
    private static final int ISN_STEP = 0x0100_0193;

    private final BpfAssembler a = new BpfAssembler();
    private final Traffic traffic;
    private final FrameTemplate template;
    private final byte[] header;
    private final int stream;
    private final int streams;

    private LiveProgram(Traffic traffic, FrameTemplate template, int stream, int streams) {
        this.traffic = traffic;
        this.template = template;
        this.header = template.bytes();
        this.stream = stream;
        this.streams = streams;
    }

    /**
     * Assembles.
     *
     * @param traffic what is sent
     * @param template a frame of flow 0
     * @param numbers an array of at least one place of 8 bytes: the number of frames made so far
     * @param stream number of the thread
     * @param streams how many threads share the flows
     */
    static long[] assemble(Traffic traffic, FrameTemplate template, BpfMap numbers, int stream, int streams) {
        return new LiveProgram(traffic, template, stream, streams).assemble(numbers);
    }

    private long[] assemble(BpfMap numbers) {
        int written = template.payloadAt() + (template.isStamped() ? Stamp.LENGTH : 0);
        Label abort = a.label();
        a.load(Size.W, R6, R1, XDP_MD_DATA)
                .load(Size.W, R2, R1, XDP_MD_DATA_END)
                .mov(R3, R6)
                .alu(Alu.ADD, R3, written)
                .jump(Cond.GT, R3, R2, abort);
        takeNumber(numbers, abort);
        chooseFlow();
        a.call(BPF_FUNC_KTIME_GET_NS).mov(R8, R0);
        writeConstants(written);
        a.mov(R0, transportBase()).mov(R5, 0);
        writeTuple();
        if (traffic.source().isV4()) {
            writeIpChecksum();
        }
        if (traffic.protocol().isTcp()) {
            a.mov(R2, R9).alu32(Alu.MUL, R2, ISN_STEP);
            writeWord(template.transport() + Transport.TCP_SEQ, R0);
        }
        if (template.isStamped()) {
            writeStamp();
        }
        writeTransportChecksum();
        a.mov(R0, XDP_TX).exit();
        a.bind(abort).mov(R0, XDP_ABORTED).exit();
        return a.assemble();
    }

    private void takeNumber(BpfMap numbers, Label abort) {
        a.store(Size.W, R10, KEY, 0)
                .loadMap(R1, numbers)
                .mov(R2, R10)
                .alu(Alu.ADD, R2, KEY)
                .call(BPF_FUNC_MAP_LOOKUP_ELEM)
                .jump(Cond.EQ, R0, 0, abort)
                .load(Size.DW, R9, R0, 0)
                .mov(R1, R9)
                .alu(Alu.ADD, R1, 1)
                .store(Size.DW, R0, 0, R1);
    }

    /** The flow's number among all threads' flows. */
    private void chooseFlow() {
        int own = (traffic.flows() - stream + streams - 1) / streams;
        if (traffic.popularity().kind() == Popularity.Kind.UNIFORM) {
            a.call(BPF_FUNC_GET_PRANDOM_U32).mov(R7, R0);
        } else {
            a.mov(R7, R9);
        }
        a.alu(Alu.MOD, R7, own).alu(Alu.MUL, R7, streams).alu(Alu.ADD, R7, stream);
    }

    private void writeConstants(int length) {
        int at = 0;
        for (; at + 4 <= length; at += 4) {
            a.store(Size.W, R6, at, littleEndian(at, 4));
        }
        for (; at + 2 <= length; at += 2) {
            a.store(Size.H, R6, at, littleEndian(at, 2));
        }
    }

    private int littleEndian(int at, int bytes) {
        int value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (header[at + i] & 0xff) << 8 * i;
        }
        return value;
    }

    private int bigEndian16(int at) {
        return (header[at] & 0xff) << 8 | header[at + 1] & 0xff;
    }

    /** The sum of the template's words, less those that {@link #writeTuple} adds anew. */
    private int transportBase() {
        int sum = ~bigEndian16(template.checksum()) & 0xffff;
        int addresses = undoAddresses();
        sum = Checksum.combine(sum, addresses);
        if (traffic.sourcePorts().size() > 1) {
            sum = Checksum.combine(sum, ~traffic.sourcePorts().first() & 0xffff);
        }
        if (traffic.destinationPorts().size() > 1) {
            sum = Checksum.combine(sum, ~traffic.destinationPorts().first() & 0xffff);
        }
        return sum;
    }

    private int undoAddresses() {
        int sum = 0;
        if (traffic.source().size() > 1) {
            sum = Checksum.combine(sum, Checksum.delta32((int) traffic.source().lo(0), 0));
        }
        if (traffic.destination().size() > 1) {
            sum = Checksum.combine(
                    sum, Checksum.delta32((int) traffic.destination().lo(0), 0));
        }
        return sum;
    }

    /** The digits of the flow's number in the order of {@link io.weir.perf.traffic.FlowSpace}; R1 is what is left. */
    private void writeTuple() {
        boolean v4 = traffic.source().isV4();
        int ip = Ethernet.HEADER;
        a.mov(R1, R7);
        writeAddress(
                traffic.destination().size(),
                (int) traffic.destination().lo(0),
                ip + (v4 ? Ipv4.DESTINATION : Ipv6.DESTINATION + 12));
        writePort(
                traffic.destinationPorts().size(),
                traffic.destinationPorts().first(),
                template.transport() + Transport.DESTINATION_PORT);
        writeAddress(traffic.source().size(), (int) traffic.source().lo(0), ip + (v4 ? Ipv4.SOURCE : Ipv6.SOURCE + 12));
        writePort(traffic.sourcePorts().size(), traffic.sourcePorts().first(), template.transport());
        a.alu(Alu.ADD, R0, R5);
    }

    /** R2: the lowest digit to this base; R1: the rest. */
    private void takeDigit(long base) {
        a.mov(R2, R1);
        if (base <= Integer.MAX_VALUE) {
            a.alu(Alu.MOD, R2, (int) base).alu(Alu.DIV, R1, (int) base);
        } else {
            a.mov(R1, 0); // there are fewer flows than addresses
        }
    }

    private void writeAddress(long size, int first, int at) {
        if (size > 1) {
            takeDigit(size);
            a.alu32(Alu.ADD, R2, first);
            writeWord(at, R5);
        }
    }

    private void writePort(int size, int first, int at) {
        if (size > 1) {
            takeDigit(size);
            a.alu(Alu.ADD, R2, first).alu(Alu.ADD, R0, R2);
            writeHalf(at);
        }
    }

    /** Writes the 32 bits of R2, and adds them to a sum. */
    private void writeWord(int at, Reg sum) {
        a.mov(R3, R2).alu(Alu.RSH, R3, 16).alu(Alu.ADD, sum, R3);
        a.mov(R3, R2).alu(Alu.AND, R3, 0xffff).alu(Alu.ADD, sum, R3);
        a.toBigEndian(R2, 32).store(Size.W, R6, at, R2);
    }

    private void writeHalf(int at) {
        a.toBigEndian(R2, 16).store(Size.H, R6, at, R2);
    }

    private void writeIpChecksum() {
        int at = Ethernet.HEADER + Ipv4.CHECKSUM;
        int base = Checksum.combine(~bigEndian16(at) & 0xffff, undoAddresses());
        a.mov(R2, R5).alu(Alu.ADD, R2, base);
        fold(R2);
        a.alu(Alu.XOR, R2, 0xffff);
        writeHalf(at);
    }

    private void writeStamp() {
        int at = template.payloadAt();
        int magic = Stamp.magic();
        a.store(Size.H, R6, at, Short.reverseBytes((short) magic) & 0xffff).alu(Alu.ADD, R0, magic);
        a.mov(R2, R7).alu(Alu.OR, R2, Stamp.tag(stream, false)).alu32(Alu.MOV, R2, R2);
        writeWord(at + Stamp.TAG, R0);
        a.alu32(Alu.MOV, R2, R9);
        writeWord(at + Stamp.SEQUENCE, R0);
        a.mov(R2, R8).alu(Alu.RSH, R2, 32).alu(Alu.AND, R2, 0xffff).alu(Alu.ADD, R0, R2);
        writeHalf(at + Stamp.TIME);
        a.alu32(Alu.MOV, R2, R8);
        writeWord(at + Stamp.TIME + 2, R0);
    }

    private void writeTransportChecksum() {
        fold(R0);
        a.mov(R2, R0).alu(Alu.XOR, R2, 0xffff);
        if (traffic.protocol() == Protocol.UDP) {
            Label present = a.label();
            a.jump(Cond.NE, R2, 0, present).mov(R2, 0xffff).bind(present);
        }
        writeHalf(template.checksum());
    }

    /** Twice is enough for fewer than 2¹⁶ words. */
    private void fold(Reg sum) {
        for (int i = 0; i < 2; i++) {
            a.mov(R3, sum).alu(Alu.RSH, R3, 16).alu(Alu.AND, sum, 0xffff).alu(Alu.ADD, sum, R3);
        }
    }
}
