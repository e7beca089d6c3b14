package io.weir.perf.pktgen;

import io.weir.bindings.DeviceFacts;
import io.weir.bindings.bpf.BpfAssembler;
import io.weir.bindings.bpf.BpfAssembler.Reg;
import io.weir.bindings.bpf.BpfProgram;
import io.weir.engine.packet.Ethernet;
import io.weir.perf.device.DeviceCounters;
import io.weir.perf.thread.InNamespace;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Sends from an XDP program inside the kernel. */
final class LiveEngine implements Engine {
    private static final int XDP_TX = 3;
    /** The EtherType for local experiments (IEEE 802): no receiver takes it for traffic. */
    private static final int EXPERIMENTAL = 0x88b5;

    private final List<LiveSender> senders = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    LiveEngine(GeneratorOptions options) {
        DeviceFacts device = InNamespace.call(options.namespace(), () -> DeviceFacts.of(options.device()));
        if (!device.up()) {
            throw new IllegalStateException("%s is down: ip link set %s up".formatted(device.name(), device.name()));
        }
        notes.add("frames made and sent by XDP inside the kernel");
        if (device.driver().equals("veth")) {
            probe(options, device);
        }
        try {
            for (int i = 0; i < options.threads(); i++) {
                senders.add(new LiveSender(options, i, device.index(), device.mac()));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Whether a frame leaves at all: a veth device swallows it when its other end is not ready for XDP. */
    private static void probe(GeneratorOptions options, DeviceFacts device) {
        DeviceCounters before = DeviceCounters.read(options.namespace(), options.device());
        byte[] frame = new byte[Ethernet.MIN_FRAME];
        ByteBuffer.wrap(frame)
                .putLong(options.traffic().destinationMac() << 16 | device.mac() >>> 32)
                .putInt((int) device.mac())
                .putShort((short) EXPERIMENTAL);
        InNamespace.call(options.namespace(), () -> {
            long[] code = new BpfAssembler().mov(Reg.R0, XDP_TX).exit().assemble();
            try (BpfProgram program = BpfProgram.load(BpfProgram.Type.XDP, "weir_probe", code)) {
                program.runLive(frame, device.index(), 0, 1, 1);
            }
            return null;
        });
        DeviceCounters after = DeviceCounters.read(options.namespace(), options.device());
        if (after.since(before).sent() == 0) {
            throw new IllegalStateException(
                    "%s sends no frame from XDP: the other end of a veth device must run an XDP program (an AF_XDP sink does) or have GRO on"
                            .formatted(device.name()));
        }
    }

    @Override
    public GeneratorDriver driver() {
        return GeneratorDriver.XDP;
    }

    @Override
    public List<String> notes() {
        return notes;
    }

    @Override
    public List<LiveSender> senders() {
        return senders;
    }

    @Override
    public void close() {
        senders.forEach(LiveSender::close);
    }
}
