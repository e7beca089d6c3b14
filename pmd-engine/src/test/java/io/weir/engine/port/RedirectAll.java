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

/** Steering for tests: every frame to the socket of its queue, no filter, the kernel's flow hash. */
final class RedirectAll implements VethBed.OwnedSteering {
    private static final int QUEUES = 8;
    private static final int XDP_MD_RX_QUEUE_INDEX = 16;
    private static final int XDP_PASS = 2;
    private static final int BPF_FUNC_REDIRECT_MAP = 51;

    private final List<String> devices;
    private final XdpMode mode;
    private final Map<Integer, BpfMap> maps = new HashMap<>();
    private final Deque<Runnable> owned = new ArrayDeque<>();

    /** No XDP. */
    RedirectAll() {
        this(List.of(), null);
    }

    RedirectAll(List<String> devices, XdpMode mode) {
        this.devices = devices;
        this.mode = mode;
    }

    @Override
    public void registerXsk(int portIndex, int queue, int xskFd) {
        if (mode == null) {
            throw new UnsupportedOperationException("no XDP in this test");
        }
        maps.computeIfAbsent(portIndex, this::attach).put(queue, xskFd);
    }

    private BpfMap attach(int portIndex) {
        BpfMap map = BpfMap.xskMap(QUEUES);
        owned.push(map::close);
        BpfProgram program = BpfProgram.load(
                BpfProgram.Type.XDP,
                "redirect_all",
                new BpfAssembler()
                        .load(Size.W, Reg.R2, Reg.R1, XDP_MD_RX_QUEUE_INDEX)
                        .loadMap(Reg.R1, map)
                        .mov(Reg.R3, XDP_PASS)
                        .call(BPF_FUNC_REDIRECT_MAP)
                        .exit()
                        .assemble());
        owned.push(program::close);
        BpfLink link = BpfLink.attachXdp(
                program, DeviceFacts.of(devices.get(portIndex)).index(), mode);
        owned.push(link::close);
        return map;
    }

    @Override
    public int packetFilterFd(int portIndex) {
        return -1;
    }

    @Override
    public int fanoutFd(int portIndex) {
        return -1;
    }

    @Override
    public void close() {
        while (!owned.isEmpty()) {
            owned.pop().run();
        }
    }
}
