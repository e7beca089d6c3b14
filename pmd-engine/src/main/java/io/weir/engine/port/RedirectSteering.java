package io.weir.engine.port;

import io.weir.bindings.DeviceFacts;
import io.weir.bindings.bpf.BpfAssembler;
import io.weir.bindings.bpf.BpfAssembler.Reg;
import io.weir.bindings.bpf.BpfAssembler.Size;
import io.weir.bindings.bpf.BpfLink;
import io.weir.bindings.bpf.BpfLink.XdpMode;
import io.weir.bindings.bpf.BpfMap;
import io.weir.bindings.bpf.BpfProgram;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Every frame of the devices to the socket of its queue; with AF_PACKET the kernel's copy is dropped. For devices that
 * carry nothing else: benchmarks, tests, warming up.
 */
public final class RedirectSteering implements Steering, AutoCloseable {
    private static final int QUEUES = 64;
    private static final int XDP_MD_RX_QUEUE_INDEX = 16;
    private static final int XDP_PASS = 2;
    private static final int TCX_DROP = 2;
    private static final int BPF_FUNC_REDIRECT_MAP = 51;

    private final List<String> devices;
    private final XdpMode mode;
    private final Map<Integer, BpfMap> maps = new HashMap<>();
    private final Deque<Runnable> attached = new ArrayDeque<>();

    /**
     * @param devices names by port index
     * @param mode where XDP programs run
     */
    public RedirectSteering(List<String> devices, XdpMode mode) {
        this.devices = List.copyOf(devices);
        this.mode = mode;
    }

    @Override
    public void registerXsk(int portIndex, int queue, int xskFd) {
        maps.computeIfAbsent(portIndex, this::attach).put(queue, xskFd);
    }

    private BpfMap attach(int portIndex) {
        BpfMap sockets = BpfMap.xskMap(QUEUES);
        attached.push(sockets::close);
        BpfProgram program = BpfProgram.load(
                BpfProgram.Type.XDP,
                "weir_redirect",
                new BpfAssembler()
                        .load(Size.W, Reg.R2, Reg.R1, XDP_MD_RX_QUEUE_INDEX)
                        .loadMap(Reg.R1, sockets)
                        .mov(Reg.R3, XDP_PASS)
                        .call(BPF_FUNC_REDIRECT_MAP)
                        .exit()
                        .assemble());
        attached.push(program::close);
        BpfLink link = BpfLink.attachXdp(program, index(portIndex), mode);
        attached.push(link::close);
        return sockets;
    }

    private int index(int portIndex) {
        return DeviceFacts.of(devices.get(portIndex)).index();
    }

    @Override
    public int packetFilterFd(int portIndex) {
        return -1;
    }

    @Override
    public int fanoutFd(int portIndex) {
        return -1;
    }

    /** After the ports are open. */
    public void complete(Driver driver) {
        if (driver == Driver.AF_PACKET) {
            BpfProgram drop = BpfProgram.load(
                    BpfProgram.Type.SCHED_CLS,
                    "weir_drop",
                    new BpfAssembler().mov(Reg.R0, TCX_DROP).exit().assemble());
            attached.push(drop::close);
            for (int i = 0; i < devices.size(); i++) {
                BpfLink link = BpfLink.attachTcxIngress(drop, index(i));
                attached.push(link::close);
            }
        }
    }

    @Override
    public void close() {
        while (!attached.isEmpty()) {
            attached.pop().run();
        }
    }
}
