package io.weir.engine.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.Mem;
import io.weir.bindings.steering.NatPorts;
import io.weir.engine.counters.Counter;
import io.weir.engine.flow.TcpState;
import io.weir.engine.forward.ForwardSettings;
import io.weir.engine.port.FrameBatch;
import io.weir.engine.port.FramePool;
import io.weir.engine.port.KernelPort;
import io.weir.engine.port.MemoryPort;
import io.weir.engine.service.ServiceSpec;
import io.weir.engine.worker.InMemoryNode;
import io.weir.engine.worker.Mastership;
import io.weir.engine.worker.UnknownFlows;
import io.weir.scheduler.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A node between a client's and a server's network, worked by the test's own thread under the test's own clock.
 *
 * <p>Opened by its first use; until then its settings can be changed. After each test it asserts that every frame is
 * accounted for, that no frame is lost to the pools, and that once all flows have expired no server has a connection.
 */
public final class EngineBed implements AfterEachCallback {
    public static final int FRONT = InMemoryNode.FRONT;
    public static final int BACK = InMemoryNode.BACK;

    private static final long DAY_MS = 86_400_000;

    private final RecordingKernel kernel = new RecordingKernel();
    private final List<ServiceSpec> services;
    private final ForwardSettings defaults = ForwardSettings.defaults();
    private boolean hasKernel;
    private int workers = 1;
    private int capacity = 1000;
    private int mtu = 1500;
    private boolean decrementTtl = true;
    private boolean reject = true;
    private int icmpPerSecond = 1_000_000;
    private NatPorts natPorts = NatPorts.NONE;
    private List<IpAddress> natAddresses = List.of();
    private UnknownFlows unknown = UnknownFlows.REFUSED;
    private long nowNs = 1_000_000_000L;
    private long injected;
    private boolean leased;
    private Mastership mastership;
    private InMemoryNode node;
    private Accounting accounting;

    /**
     * @param services what is served
     */
    public EngineBed(List<ServiceSpec> services) {
        this.services = services;
    }

    /** A bed that serves these. */
    public static EngineBed serving(ServiceSpec... services) {
        return new EngineBed(List.of(services));
    }

    public EngineBed workers(int count) {
        workers = count;
        return this;
    }

    /** Flow records a worker. */
    public EngineBed capacity(int records) {
        capacity = records;
        return this;
    }

    public EngineBed mtu(int bytes) {
        mtu = bytes;
        return this;
    }

    public EngineBed keepTtl() {
        decrementTtl = false;
        return this;
    }

    public EngineBed silent() {
        reject = false;
        return this;
    }

    public EngineBed icmpPerSecond(int rate) {
        icmpPerSecond = rate;
        return this;
    }

    /** A node among others, which {@link #mastership} makes master. */
    public EngineBed leased() {
        leased = true;
        return this;
    }

    /** With local addresses and ports for connections of the node's own. */
    public EngineBed nat(NatPorts ports, IpAddress... addresses) {
        natPorts = ports;
        natAddresses = List.of(addresses);
        return this;
    }

    /** With somebody who takes care of unknown flows. */
    public EngineBed unknown(UnknownFlows flows) {
        unknown = flows;
        return this;
    }

    /** With a kernel that takes what is not the engine's. */
    public EngineBed withKernel() {
        hasKernel = true;
        return this;
    }

    /** The node, opened now if it was not. */
    public InMemoryNode node() {
        if (node == null) {
            ForwardSettings settings = new ForwardSettings(
                    defaults.timeoutMs(), decrementTtl, reject, icmpPerSecond, natPorts, natAddresses.size());
            KernelPort way = hasKernel ? kernel : KernelPort.NONE;
            mastership = leased ? Mastership.leased(workers) : Mastership.permanent(workers);
            node = new InMemoryNode(
                    workers, capacity, 64, services, settings, way, mtu, () -> nowNs, unknown, mastership);
            node.registry().localAddresses(natAddresses);
            node.republish();
            accounting = new Accounting(node, workers);
        }
        return node;
    }

    /** What the workers go by. */
    public Mastership mastership() {
        node();
        return mastership;
    }

    /** The time now. */
    public long nowNs() {
        return nowNs;
    }

    public RecordingKernel kernel() {
        return kernel;
    }

    /** Sum of a counter over the workers. */
    public long count(Counter counter) {
        node();
        return accounting.sum(counter);
    }

    /** Puts a frame into a worker's port without turning any crank. */
    public void inject(int worker, int port, int flags, byte[] frame) {
        injectFrom(worker, worker, port, flags, frame);
    }

    /** The same with a frame out of another worker's share. */
    public void injectFrom(int home, int worker, int port, int flags, byte[] frame) {
        FramePool pool = node().store().pool(home);
        long at = pool.allocate();
        Mem.copy(frame, 0, at, frame.length);
        MemoryPort into = node.port(worker, port);
        assertTrue(into.inject(at, frame.length, flags), "room in the port");
        into.publish();
        injected++;
    }

    /** Lets the workers run until nothing moves any more, and takes out what they sent. */
    public List<Sent> run() {
        List<Sent> sent = new ArrayList<>();
        for (int quiet = 0; quiet < 2; ) {
            int work = 0;
            for (int worker = 0; worker < workers; worker++) {
                work += node().worker(worker).doWork();
                take(worker, sent);
            }
            quiet = work == 0 ? quiet + 1 : 0;
        }
        return sent;
    }

    private void take(int worker, List<Sent> sent) {
        for (int index = 0; index < 2; index++) {
            MemoryPort port = node.port(worker, index);
            for (int n = port.sent(); n > 0; n--) {
                byte[] frame = new byte[port.sentLength()];
                Mem.copy(port.sentAddress(), frame, 0, frame.length);
                node.store().pool(worker).release(port.sentAddress());
                port.takeSent();
                sent.add(new Sent(worker, index, frame, Dissection.of(frame)));
            }
        }
    }

    /** Receives frames in one burst; returns what was sent, every checksum of it recomputed. */
    public List<Sent> pass(int port, byte[]... frames) {
        for (byte[] frame : frames) {
            inject(0, port, 0, frame);
        }
        List<Sent> sent = run();
        sent.forEach(s -> s.packet().assertChecksums());
        return sent;
    }

    /** Receives one frame, for which one must be sent. */
    public Sent one(int port, byte[] frame) {
        List<Sent> sent = pass(port, frame);
        assertEquals(1, sent.size(), sent::toString);
        return sent.getFirst();
    }

    /** Receives one frame whose checksum an offload was to finish, for which one must be sent. */
    public Sent onePartial(int port, byte[] frame) {
        inject(0, port, FrameBatch.CHECKSUM_PARTIAL, frame);
        List<Sent> sent = run();
        assertEquals(1, sent.size(), sent::toString);
        sent.getFirst().packet().assertChecksums();
        return sent.getFirst();
    }

    /** Receives frames for which nothing may be sent; they are counted here. */
    public void none(int port, Counter reason, byte[]... frames) {
        long before = count(reason);
        assertEquals(List.of(), pass(port, frames));
        assertEquals(frames.length, count(reason) - before, reason::label);
    }

    /** Lets time pass and the workers sweep their whole tables. */
    public void advance(long milliseconds) {
        nowNs += milliseconds * 1_000_000L;
        long slots = node().table(0).slots();
        for (long swept = 0; swept <= slots + 8192; swept += 2000) {
            nowNs += 1_000_000L;
            for (int worker = 0; worker < workers; worker++) {
                node.worker(worker).doWork();
                take(worker, new ArrayList<>());
            }
        }
    }

    /** Lets time pass; nobody has looked at the tables yet. */
    public void skip(long milliseconds) {
        nowNs += milliseconds * 1_000_000L;
    }

    /** Milliseconds after which a flow in this state is forgotten. */
    public long timeoutMs(TcpState state) {
        return defaults.timeoutMs()[state.ordinal()];
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (node == null) {
            return;
        }
        try {
            if (context.getExecutionException().isEmpty()) {
                assertAccounted();
            }
        } finally {
            node.close();
            node = null;
        }
    }

    private void assertAccounted() {
        run();
        accounting.assertFrames(injected);
        accounting.assertFlows();
        advance(DAY_MS);
        accounting.assertFlows();
        assertEquals(0, accounting.sum(Counter.FLOWS), "flows after a day");
        accounting.assertNoConnections();
        for (int worker = 0; worker < workers; worker++) {
            FramePool pool = node.store().pool(worker);
            pool.collect();
            assertEquals(node.store().framesPerWorker(), pool.available(), "free frames of worker " + worker);
        }
    }
}
