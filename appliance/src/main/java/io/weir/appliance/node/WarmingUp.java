package io.weir.appliance.node;

import io.weir.appliance.config.NodeConfig;
import io.weir.bindings.NativeBlock;
import io.weir.bindings.NativeException;
import io.weir.engine.service.NextHop;
import io.weir.engine.trace.FlowTrace;
import io.weir.engine.worker.IsolatedWorkers;
import io.weir.engine.worker.MemoryWire;
import io.weir.engine.worker.WarmUp;
import io.weir.engine.worker.WarmUpWire;
import io.weir.ha.reconstruct.Reconstruction;
import io.weir.ha.reconstruct.ReconstructionSettings;
import io.weir.scheduler.IpAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The warm-up of a node's data path before any frame can come: over the driver that it will use where that is possible,
 * and for as long as leaves the node ready in time.
 */
final class WarmingUp {
    /** Age of the process at which it ends, so that ports and threads follow within three seconds of the start. */
    private static final long UNTIL_AGE_NS = TimeUnit.MILLISECONDS.toNanos(2_300);

    private static final long AT_LEAST_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long AT_MOST_NS = TimeUnit.MILLISECONDS.toNanos(1_500);

    /** Milliseconds in place of all that, as a system property: where many nodes are started that need not be fast. */
    private static final String MILLISECONDS = "weir.warmup.ms";

    /** Hand-off between two workers is like hand-off between more. */
    private static final int WORKERS = 2;

    /** Flows at once that are reconstructed in it, which need memory each, and flows a second: no end of them. */
    private static final int PENDING = 256;

    private static final int RATE = 1_000_000;
    private static final int TRACE_EVENTS = 1024;

    private final NodeConfig config;
    private final Reports reports;

    WarmingUp(NodeConfig config, Reports reports) {
        this.config = config;
        this.reports = reports;
    }

    /**
     * Warms up.
     *
     * @param mtu the largest of the node's devices
     */
    void run(int mtu) {
        int workers = Math.min(WORKERS, config.workers().cores().size());
        try (WarmUpWire wire = TapWire.open(Specs.ports(config).driver(), workers, mtu)) {
            run(wire, workers);
        } catch (NativeException e) {
            reports.debug("warming up without a driver: " + e.getMessage());
            try (WarmUpWire wire = new MemoryWire(workers)) {
                run(wire, workers);
            }
        }
    }

    private void run(WarmUpWire wire, int workers) {
        long begun = System.nanoTime();
        long left = limit();
        try (NativeBlock trace = new NativeBlock(workers * TRACE_EVENTS * FlowTrace.EVENT)) {
            Reconstruction reconstruction = reconstruction(workers, trace.address());
            Runnable control = () -> reconstruction.answer(WarmingUp::hops);
            try (WarmUp warmUp =
                    new WarmUp(wire, Specs.forward(config), config.io().burst(), reconstruction, control)) {
                long frames = warmUp.run(begun + left);
                long taken = System.nanoTime() - begun;
                reports.debug("warmed up by %d frames in %d of at most %d ms"
                        .formatted(frames, TimeUnit.NANOSECONDS.toMillis(taken), TimeUnit.NANOSECONDS.toMillis(left)));
            }
        }
    }

    private static long limit() {
        Long wanted = Long.getLong(MILLISECONDS);
        return wanted == null
                ? Math.clamp(UNTIL_AGE_NS - ProcessAge.nanos(), AT_LEAST_NS, AT_MOST_NS)
                : TimeUnit.MILLISECONDS.toNanos(wanted);
    }

    /** Of no flow that the node will have: its own limits, rings and trace. */
    private Reconstruction reconstruction(int workers, long trace) {
        ReconstructionSettings own = Specs.reconstruction(config);
        return new Reconstruction(
                new ReconstructionSettings(RATE, RATE, own.probeTimeoutNs(), PENDING, own.frameSize()),
                workers,
                worker -> new FlowTrace(trace + (long) worker * TRACE_EVENTS * FlowTrace.EVENT, TRACE_EVENTS));
    }

    /** Every client is behind the same router. */
    private static Map<IpAddress, Long> hops(Collection<IpAddress> clients) {
        Map<IpAddress, Long> hops = new HashMap<>();
        clients.forEach(client -> hops.put(client, NextHop.of(IsolatedWorkers.FRONT, IsolatedWorkers.CLIENT_MAC)));
        return hops;
    }
}
