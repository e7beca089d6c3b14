package io.weir.appliance.node;

import io.weir.appliance.config.NodeConfig;
import io.weir.bindings.DeviceFacts;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The warm-up of a node's data path before any frame is taken: over the driver that it will use where that is possible,
 * on a thread of its own while the rest of the node starts, and from then on for as long as it takes to be warm, or as
 * leaves the node ready in time.
 *
 * <p>The thread that starts the node calls all methods; what it tells the warm-up's is two volatile words.
 */
final class WarmingUp implements AutoCloseable {
    /** Age of the process at which it ends, so that threads follow within three seconds of the start. */
    private static final long UNTIL_AGE_NS = TimeUnit.MILLISECONDS.toNanos(2_600);

    private static final long AT_LEAST_NS = TimeUnit.MILLISECONDS.toNanos(1_000);

    /** Milliseconds in place of all that, as a system property: where many nodes are started that need not be fast. */
    private static final String MILLISECONDS = "weir.warmup.ms";

    /** Hand-off between two workers is like hand-off between more. */
    private static final int WORKERS = 2;

    /** Flows at once that are reconstructed in it, which need memory each, and flows a second: no end of them. */
    private static final int PENDING = 256;

    private static final int RATE = 1_000_000;
    private static final int TRACE_EVENTS = 1024;

    private final long begunNs = System.nanoTime();
    private final NodeConfig config;
    private final int mtu;
    private final Reports reports;
    private final Thread thread;
    private volatile long untilNs;
    private volatile boolean mayEnd;
    private RuntimeException failure; // of the thread, until it is joined

    private WarmingUp(NodeConfig config, int mtu, Reports reports) {
        this.config = config;
        this.mtu = mtu;
        this.reports = reports;
        Long wanted = Long.getLong(MILLISECONDS);
        this.mayEnd = wanted != null;
        this.untilNs = begunNs + (wanted == null ? Long.MAX_VALUE / 2 : TimeUnit.MILLISECONDS.toNanos(wanted));
        this.thread = new Thread(this::warm, "weir-warm-up");
    }

    /**
     * Begins, in the calling thread's network namespace.
     *
     * @param devices the node's
     */
    static WarmingUp begin(NodeConfig config, List<DeviceFacts> devices, Reports reports) {
        int mtu = devices.stream().mapToInt(DeviceFacts::mtu).max().orElse(0);
        WarmingUp warming = new WarmingUp(config, mtu, reports);
        warming.thread.start();
        return warming;
    }

    /** Waits until the pipeline is warm, or the node has to be ready: nothing else starts meanwhile. */
    void finish() {
        if (!mayEnd) {
            untilNs = System.nanoTime() + Math.max(UNTIL_AGE_NS - ProcessAge.nanos(), AT_LEAST_NS);
            mayEnd = true;
        }
        join();
        if (failure != null) {
            throw failure;
        }
    }

    /** Ends it, if it has not ended. */
    @Override
    public void close() {
        untilNs = System.nanoTime();
        join();
    }

    private void join() {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true; // it ends soon, and has to: its devices are to go before the node's come
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void warm() {
        try {
            int workers = Math.min(WORKERS, config.workers().cores().size());
            try (WarmUpWire wire = TapWire.open(Specs.ports(config).driver(), workers, mtu)) {
                warm(wire, workers);
            } catch (NativeException e) {
                reports.debug("warming up without a driver: " + e.getMessage());
                try (WarmUpWire wire = new MemoryWire(workers)) {
                    warm(wire, workers);
                }
            }
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    private void warm(WarmUpWire wire, int workers) {
        try (NativeBlock trace = new NativeBlock(workers * TRACE_EVENTS * FlowTrace.EVENT)) {
            Reconstruction reconstruction = reconstruction(workers, trace.address());
            Runnable control = () -> reconstruction.answer(WarmingUp::hops);
            try (WarmUp warmUp =
                    new WarmUp(wire, Specs.forward(config), config.io().burst(), reconstruction, control)) {
                long frames = warmUp.run(() -> mayEnd, () -> untilNs);
                long now = System.nanoTime();
                reports.debug("warmed up by %d frames in %d ms%s"
                        .formatted(
                                frames,
                                TimeUnit.NANOSECONDS.toMillis(now - begunNs),
                                untilNs - now > 0 ? "" : ", after which the time was over"));
            }
        }
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
