package io.weir.perf.device;

import io.weir.bindings.DeviceFacts;
import io.weir.bindings.bpf.BpfLink;
import io.weir.bindings.bpf.BpfLink.XdpMode;
import io.weir.bindings.bpf.BpfMap;
import io.weir.bindings.bpf.BpfProgram;
import io.weir.engine.port.Driver;
import io.weir.engine.port.Steering;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** One device's {@link TrafficProgram}, in the driver's receive path where it can be, else in the kernel's. */
final class TrafficSteering implements Steering, AutoCloseable {
    private static final int QUEUES = 64;

    private final String device;
    private final Deque<Runnable> attached = new ArrayDeque<>();
    private final List<String> reasons = new ArrayList<>();
    private BpfMap sockets;
    private BpfMap tally;
    private int queues;

    TrafficSteering(String device) {
        this.device = device;
    }

    @Override
    public void registerXsk(int portIndex, int queue, int xskFd) {
        if (sockets == null) {
            sockets = BpfMap.xskMap(QUEUES);
            attached.push(sockets::close);
            tally = BpfMap.create(BpfMap.Type.ARRAY, "weir_tally", Integer.BYTES, TrafficProgram.TALLY, QUEUES);
            attached.push(tally::close);
            BpfProgram program = TrafficProgram.xdp(sockets, tally);
            attached.push(program::close);
            BpfLink link = attach(program, DeviceFacts.of(device).index());
            attached.push(link::close);
        }
        sockets.put(queue, xskFd);
        queues = Math.max(queues, queue + 1);
    }

    private BpfLink attach(BpfProgram program, int ifindex) {
        try {
            return BpfLink.attachXdp(program, ifindex, XdpMode.NATIVE);
        } catch (RuntimeException e) {
            reasons.add("XDP in the kernel's receive path: " + e.getMessage());
            return BpfLink.attachXdp(program, ifindex, XdpMode.GENERIC);
        }
    }

    @Override
    public int packetFilterFd(int portIndex) {
        return -1;
    }

    @Override
    public int fanoutFd(int portIndex) {
        return -1;
    }

    /** After the ports are open: detaches what another driver left, keeps the kernel from answering traffic. */
    void complete(Driver driver) {
        if (driver == Driver.AF_XDP) {
            return;
        }
        close();
        try {
            BpfProgram drop = TrafficProgram.drop();
            attached.push(drop::close);
            BpfLink link = BpfLink.attachTcxIngress(drop, DeviceFacts.of(device).index());
            attached.push(link::close);
        } catch (RuntimeException e) {
            reasons.add("the kernel sees the traffic too and may answer it: " + e.getMessage());
        }
    }

    /** With AF_XDP: has the program count what arrives from 0 on instead of delivering it, or deliver again. */
    void count(boolean on) {
        for (int queue = 0; queue < queues; queue++) {
            tally.put(
                    words(4).putInt(queue).array(),
                    words(TrafficProgram.TALLY)
                            .putLong(TrafficProgram.TALLY_IS_ON, on ? 1 : 0)
                            .array());
        }
    }

    /** Frames counted since {@link #count} was asked for. */
    long counted() {
        long frames = 0;
        for (int queue = 0; queue < queues; queue++) {
            byte[] value = tally.get(words(4).putInt(queue).array()).orElseThrow();
            frames += ByteBuffer.wrap(value).order(ByteOrder.nativeOrder()).getLong(TrafficProgram.TALLY_FRAMES);
        }
        return frames;
    }

    private static ByteBuffer words(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    }

    List<String> reasons() {
        return reasons;
    }

    @Override
    public void close() {
        while (!attached.isEmpty()) {
            attached.pop().run();
        }
        sockets = null;
        tally = null;
    }
}
