package io.weir.appliance.node;

import io.weir.appliance.config.Choices.XdpMode;
import io.weir.bindings.DeviceFacts;
import io.weir.bindings.EthtoolOffloads;
import io.weir.bindings.NativeException;
import io.weir.bindings.bpf.BpfLink;
import io.weir.bindings.bpf.BpfMap;
import io.weir.bindings.bpf.BpfProgram;
import io.weir.bindings.steering.NatPorts;
import io.weir.bindings.steering.SteeringMaps;
import io.weir.bindings.steering.SteeringProgram;
import io.weir.engine.port.Driver;
import io.weir.engine.port.Steering;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The kernel programs of a node: what brings its frames to the engine's sockets and keeps the kernel's own away.
 *
 * <p>With AF_XDP an XDP program on each device; with AF_PACKET a socket filter, a fanout program, and a TCX program that
 * drops the kernel's copy of what the engine owns. Everything hangs on descriptors of this process: when it ends, however
 * it ends, the kernel detaches them.
 */
final class KernelSteering implements Steering, AutoCloseable {
    private static final int QUEUES = 256;

    private record Xdp(BpfMap sockets, BpfProgram program, BpfLink link) {}

    private final List<String> devices;
    private final int[] ifindexes;
    private final XdpMode mode;
    private final SteeringMaps maps;
    private final NatPorts natPorts;
    private final long seed;
    private final int workers;
    private final Map<Integer, Xdp> xdp = new HashMap<>();
    private final List<AutoCloseable> held = new ArrayList<>();
    private final List<String> reasons = new ArrayList<>();
    private BpfProgram filter;
    private BpfProgram fanout;

    /**
     * @param devices names by port index
     * @param ifindexes their numbers
     * @param mode where XDP programs run
     * @param maps who is who
     * @param natPorts ports of the NAT addresses
     * @param seed of the flow hash
     * @param workers workers of the node
     */
    KernelSteering(
            List<String> devices,
            int[] ifindexes,
            XdpMode mode,
            SteeringMaps maps,
            NatPorts natPorts,
            long seed,
            int workers) {
        this.devices = devices;
        this.ifindexes = ifindexes;
        this.mode = mode;
        this.maps = maps;
        this.natPorts = natPorts;
        this.seed = seed;
        this.workers = workers;
    }

    @Override
    public void registerXsk(int portIndex, int queue, int xskFd) {
        xdp.computeIfAbsent(portIndex, this::attach).sockets().put(queue, xskFd);
    }

    private Xdp attach(int portIndex) {
        BpfMap sockets = BpfMap.xskMap(QUEUES);
        BpfProgram program = null;
        try {
            program = SteeringProgram.xdp(maps, natPorts, sockets);
            return new Xdp(sockets, program, link(program, portIndex));
        } catch (RuntimeException e) {
            if (program != null) {
                program.close();
            }
            sockets.close();
            throw e;
        }
    }

    private BpfLink link(BpfProgram program, int portIndex) {
        int ifindex = ifindexes[portIndex];
        if (mode != XdpMode.GENERIC) {
            try {
                return BpfLink.attachXdp(program, ifindex, BpfLink.XdpMode.NATIVE);
            } catch (RuntimeException e) {
                if (mode == XdpMode.NATIVE) {
                    throw e;
                }
                reasons.add("XDP in the stack, because the driver does not run it: " + e.getMessage());
            }
        }
        switchGroOff(devices.get(portIndex));
        return BpfLink.attachXdp(program, ifindex, BpfLink.XdpMode.GENERIC);
    }

    /** In the stack the program runs behind GRO, whose merged frames fit into no frame of ours. */
    private void switchGroOff(String device) {
        try {
            if (DeviceFacts.of(device).gro()) {
                EthtoolOffloads.set(device, EthtoolOffloads.Offload.GENERIC_RECEIVE, false);
                reasons.add("%s: GRO was on and is now off: merged frames would be dropped".formatted(device));
            }
        } catch (NativeException e) {
            reasons.add("%s: GRO is on and merged frames will be dropped; switch it off: ethtool -K %s gro off (%s)"
                    .formatted(device, device, e.getMessage()));
        }
    }

    @Override
    public int packetFilterFd(int portIndex) {
        if (filter == null) {
            filter = SteeringProgram.socketFilter(maps, natPorts);
            held.add(filter);
        }
        return filter.fd();
    }

    @Override
    public int fanoutFd(int portIndex) {
        if (fanout == null) {
            fanout = SteeringProgram.fanout(maps, natPorts, seed, workers);
            held.add(fanout);
        }
        return fanout.fd();
    }

    /** After the ports are open: removes what the driver that was not taken left, attaches what the other needs. */
    void complete(Driver driver) {
        if (driver == Driver.AF_PACKET) {
            detachXdp();
            BpfProgram drop = SteeringProgram.tcx(maps, natPorts);
            held.add(drop);
            for (int ifindex : ifindexes) {
                held.add(BpfLink.attachTcxIngress(drop, ifindex));
            }
        }
    }

    /** Why XDP runs where it runs; empty when it is as wanted. */
    List<String> reasons() {
        return reasons;
    }

    private void detachXdp() {
        xdp.values().forEach(attached -> {
            attached.link().close();
            attached.program().close();
            attached.sockets().close();
        });
        xdp.clear();
    }

    @Override
    public void close() {
        detachXdp();
        for (AutoCloseable each : held.reversed()) {
            try {
                each.close();
            } catch (Exception e) {
                throw new IllegalStateException("cannot detach " + each, e);
            }
        }
        held.clear();
    }
}
