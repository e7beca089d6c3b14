package io.weir.appliance.node;

import io.weir.bindings.NativeBlock;
import io.weir.bindings.TapDevice;
import io.weir.bindings.bpf.BpfLink.XdpMode;
import io.weir.engine.port.Driver;
import io.weir.engine.port.FrameStore;
import io.weir.engine.port.KernelPort;
import io.weir.engine.port.NodePorts;
import io.weir.engine.port.PacketPort;
import io.weir.engine.port.PortFactory;
import io.weir.engine.port.PortOptions;
import io.weir.engine.port.RedirectSteering;
import io.weir.engine.worker.WarmUpWire;
import java.util.List;

/**
 * Two TAP devices for a moment, so that a warm-up goes through the driver that the node will use, system calls and all.
 * Nothing is connected to them: the kernel neither gets the frames nor answers.
 */
final class TapWire implements WarmUpWire {
    private static final String NAME = "weir-w%d"; // the kernel puts a free number in
    private static final int FRAME = 2048;
    private static final int RING = 256;

    private final TapDevice[] taps;
    private final TapKernelPort kernel;
    private final RedirectSteering steering;
    private final NodePorts ports;
    private final PacketPort[][] byWorker;
    private final NativeBlock taken = new NativeBlock(FRAME);

    private TapWire(TapDevice[] taps, RedirectSteering steering, NodePorts ports, int workers) {
        this.taps = taps;
        this.kernel = new TapKernelPort(taps[0]);
        this.steering = steering;
        this.ports = ports;
        this.byWorker = new PacketPort[workers][];
        for (int w = 0; w < workers; w++) {
            byWorker[w] = ports.ports(w);
        }
    }

    /**
     * Makes the devices in the calling thread's network namespace and opens ports on them.
     *
     * @param driver the node's
     * @param workers that have ports
     * @param mtu of the devices, which the driver may find too large
     * @throws RuntimeException when the kernel refuses one of it; nothing is left behind then
     */
    static TapWire open(Driver driver, int workers, int mtu) {
        TapDevice[] taps = new TapDevice[2];
        RedirectSteering steering = null;
        NodePorts ports = null;
        try {
            taps[0] = TapDevice.create(NAME, mtu);
            taps[1] = TapDevice.create(NAME, mtu);
            List<String> devices = List.of(taps[0].name(), taps[1].name());
            steering = new RedirectSteering(devices, XdpMode.NATIVE);
            ports = PortFactory.open(
                    PortOptions.of(devices, workers).withDriver(driver).withRingSize(RING), steering);
            steering.complete(ports.driver());
            return new TapWire(taps, steering, ports, workers);
        } catch (RuntimeException e) {
            close(taps, steering, ports);
            throw e;
        }
    }

    @Override
    public PacketPort[][] ports() {
        return byWorker;
    }

    @Override
    public FrameStore store() {
        return ports.store();
    }

    /** Frames for the kernel come in again, under a hardware address that is nobody's. */
    @Override
    public KernelPort kernel() {
        return kernel;
    }

    @Override
    public void inject(int port, long address, int length) {
        taps[port].write(address, length);
    }

    @Override
    public void publish() {}

    @Override
    public int drain(FarEnd far) {
        int frames = 0;
        for (int port = 0; port < taps.length; port++) {
            for (int length; (length = taps[port].read(taken.address(), FRAME)) > 0; ) {
                far.frame(port, taken.address(), length);
                frames++;
            }
        }
        return frames;
    }

    @Override
    public void close() {
        close(taps, steering, ports);
        taken.close();
    }

    private static void close(TapDevice[] taps, RedirectSteering steering, NodePorts ports) {
        if (steering != null) {
            steering.close();
        }
        if (ports != null) {
            ports.close();
        }
        for (TapDevice tap : taps) {
            if (tap != null) {
                tap.close();
            }
        }
    }
}
