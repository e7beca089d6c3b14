package io.weir.engine.worker;

import io.weir.bindings.Mem;
import io.weir.engine.counters.Counter;
import io.weir.engine.counters.LongCycles;
import io.weir.engine.port.FrameBatch;
import io.weir.engine.port.PacketPort;
import org.HdrHistogram.SingleWriterRecorder;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.OneToOneConcurrentArrayQueue;

/**
 * One poll-mode worker: each duty cycle takes the frames that other workers handed over, then a burst from each of its
 * ports, through the {@link Pipeline}; publishes what is to be sent; runs at most one command; and sweeps a few slots of
 * its flow table.
 *
 * <p>While the node is not master ({@link Mastership}) it receives and drops: nothing is answered, forwarded or given to
 * the kernel.
 *
 * <p>Share nothing: the flows, frames, ports and counters that it uses are its own. What crosses threads are frames over
 * {@link HandOff}, snapshots over {@link Publication} and commands over a single-producer queue. After
 * {@link #onStart} a cycle neither allocates nor blocks. The time is read once a cycle.
 */
public final class Worker implements Agent {
    /** Longest cycle that is recorded; one that took longer (the process was stopped) counts as this long. */
    public static final long LONGEST_CYCLE_NS = 10_000_000_000L;

    private static final int CACHE_LINE = 64;
    private static final int SWEEP_BUSY = 64;
    private static final int SWEEP_IDLE = 8192;
    private static final int COMMANDS = 64;
    private static final long PORT_DROPS_NS = 100_000_000L;

    private final WorkerContext context;
    private final Pipeline pipeline;
    private final Flows flows;
    private final UnknownFlowHandler unknown;
    private final Publication publication;
    private final WorkerTerm term;
    private final HandOff handOff;
    private final PacketPort[] ports;
    private final FrameBatch batch;
    private final OneToOneConcurrentArrayQueue<WorkerCommand> commands = new OneToOneConcurrentArrayQueue<>(COMMANDS);
    private final SingleWriterRecorder cycleTimes;
    private final LongCycles longCycles;
    private final NanoClock clock;
    /** Of {@link #fetchHeaders}, so that the loads are made. */
    @SuppressWarnings("unused")
    private int fetched;

    private WorkerCommand running;
    private boolean forwards;
    private boolean wasBusy;
    private long portDropsNs;

    /**
     * @param context the worker's
     * @param pipeline its stages
     * @param flows its flows
     * @param unknown has a turn each cycle
     * @param publication where snapshots appear
     * @param mastership whether the node forwards
     * @param handOff rings to the other workers
     * @param ports the ports that it receives from
     * @param burstSize frames at most that it takes at once
     * @param cycleTimes where it records how long busy cycles take, in nanoseconds; made for {@link #LONGEST_CYCLE_NS}
     * @param longCycles where it records when a cycle, busy or not, took long
     * @param clock read once a cycle
     */
    public Worker(
            WorkerContext context,
            Pipeline pipeline,
            Flows flows,
            UnknownFlowHandler unknown,
            Publication publication,
            Mastership mastership,
            HandOff handOff,
            PacketPort[] ports,
            int burstSize,
            SingleWriterRecorder cycleTimes,
            LongCycles longCycles,
            NanoClock clock) {
        this.context = context;
        this.pipeline = pipeline;
        this.flows = flows;
        this.unknown = unknown;
        this.publication = publication;
        this.term = new WorkerTerm(mastership, context.worker, flows, unknown);
        this.handOff = handOff;
        this.ports = ports;
        this.batch = new FrameBatch(burstSize);
        this.cycleTimes = cycleTimes;
        this.longCycles = longCycles;
        this.clock = clock;
        adopt(publication.current());
        context.now(clock.nanoTime());
    }

    @Override
    public void onStart() {
        context.now(clock.nanoTime()); // the time since it was built is no cycle
    }

    @Override
    public int doWork() {
        long now = clock.nanoTime();
        long taken = now - context.nowNs;
        if (wasBusy) {
            cycleTimes.recordValue(Math.clamp(taken, 0, LONGEST_CYCLE_NS));
        }
        if (taken >= LongCycles.AT_LEAST_NS) {
            longCycles.add(context.nowNs, taken);
            context.counters.increment(Counter.CYCLES_LONG);
        }
        context.now(now);
        batch.clear(); // empty but after an exception, whose burst is lost rather than taken twice
        adopt(publication.current());
        forwards = term.begin(now);
        int work = 0;
        if (context.workers > 1) {
            context.egress.pool().collect();
            work += handedOver();
        }
        for (PacketPort port : ports) {
            work += receive(port);
        }
        if (forwards) {
            work += unknown.doWork();
        }
        context.news.publish(); // before the frames that begin a flow
        context.egress.flush();
        if (context.workers > 1) {
            handOff.publish(context.worker);
            context.egress.pool().publishReturns();
        }
        wasBusy = work > 0;
        if (wasBusy) {
            context.counters.increment(Counter.CYCLES_BUSY);
        }
        if (now - portDropsNs >= PORT_DROPS_NS) {
            portDropsNs = now;
            countPortDrops();
        }
        work += runCommand();
        if (term.isClearing()) {
            term.clearSome();
            work++;
        } else if (running == null && (context.news.isWalking() || context.news.isDue())) {
            work += context.news.walk(context);
        } else if (running == null) {
            // a command that walks the table in several cycles must find records where they were
            flows.sweepDue(wasBusy ? SWEEP_BUSY : SWEEP_IDLE);
        }
        return work;
    }

    private void adopt(Snapshot snapshot) {
        if (context.table != snapshot.table()) {
            context.table = snapshot.table();
            context.counters.set(Counter.GENERATION, context.table.generation);
        }
        context.ports = snapshot.ports();
    }

    private int handedOver() {
        int n = handOff.receive(context.worker, batch);
        if (n > 0) {
            context.counters.add(Counter.HANDOFF_IN, n);
            fetchHeaders();
            process();
        }
        return n;
    }

    private int receive(PacketPort port) {
        int n = port.receive(batch);
        if (n > 0) {
            context.counters.add(Counter.RX_FRAMES, n);
            context.counters.add(Counter.RX_BYTES, fetchHeaders());
            process();
        }
        return n;
    }

    /**
     * Asks for the lines that the batch's headers lie in, which are in the cache of whoever wrote them: another core, the
     * kernel on another core, a device. All at a time here, where no load waits for another; the parser would wait for one
     * frame after the other.
     *
     * @return bytes of all frames
     */
    private long fetchHeaders() {
        final FrameBatch b = batch;
        long bytes = 0;
        int all = 0;
        for (int i = 0, n = b.size; i < n; i++) {
            long frame = b.address[i];
            int length = b.length[i];
            all |= Mem.getU8(frame) | Mem.getU8(frame + Math.min(length, CACHE_LINE + 1) - 1);
            bytes += length;
        }
        fetched = all;
        return bytes;
    }

    private void process() {
        if (forwards) {
            pipeline.process(batch);
        } else {
            for (int i = 0; i < batch.size; i++) {
                context.egress.drop(batch.address[i], Counter.DROP_NOT_MASTER);
            }
            batch.clear();
        }
    }

    /** What the kernel and the devices dropped: they count it, so it is read now and then. */
    private void countPortDrops() {
        long received = 0;
        long sent = 0;
        for (PacketPort port : ports) {
            received += port.kernelDrops();
            sent += port.sendDrops();
        }
        context.counters.set(Counter.DROP_RX_RING, received);
        context.counters.set(Counter.DROP_TX_DEVICE, sent);
    }

    private int runCommand() {
        if (running == null) {
            running = context.news.isWalking() ? null : commands.poll();
            if (running == null) {
                return 0;
            }
        }
        if (running.execute(context, flows)) {
            running = null;
        }
        return 1;
    }

    /**
     * Control thread: asks the worker to do something.
     *
     * @return false when too many commands wait already
     */
    public boolean offer(WorkerCommand command) {
        return commands.offer(command);
    }

    /** Its stages, for benchmarks that time them one by one. */
    public Pipeline pipeline() {
        return pipeline;
    }

    @Override
    public String roleName() {
        return "weir-worker-" + context.worker;
    }
}
