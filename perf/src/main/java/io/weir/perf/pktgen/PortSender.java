package io.weir.perf.pktgen;

import io.weir.perf.sink.Receiver;
import io.weir.perf.traffic.FlowHeaders;
import io.weir.perf.traffic.FlowPicker;
import io.weir.perf.traffic.FrameTemplate;
import io.weir.perf.traffic.Pacer;
import io.weir.perf.traffic.Protocol;
import io.weir.perf.traffic.SizeMix;
import io.weir.perf.traffic.Stamp;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends frames that need no answer, through a port: datagrams and SYNs. Counts what comes back. After its start it
 * allocates nothing.
 */
final class PortSender extends CountedSender {
    private static final long YIELD_NS = 50_000;
    private static final long CATCH_UP_NS = 200_000_000;

    private final ThreadPort port;
    private final Pacer pacer;
    private final FlowPicker picker;
    private final FrameTemplate[] templates;
    private final long[] costs;
    private final int stride;
    private final int offset;
    private final int tag;
    private final int[] sequences; // by flow of this thread, or null
    private final boolean tcp;
    private final long limit;
    private final long lingerNs;
    private final boolean yields;
    private int pending = -1; // a flow that was chosen and found no room
    private int nextSize;
    private int streamSequence;
    private int isn;

    /**
     * @param options the run's
     * @param thread number of this one
     * @param port its own
     * @param headers of the flows
     * @param sourceMac of the device
     * @param receiver its own
     */
    PortSender(
            GeneratorOptions options,
            int thread,
            ThreadPort port,
            FlowHeaders headers,
            long sourceMac,
            Receiver receiver) {
        super(receiver);
        this.port = port;
        this.stride = options.threads();
        this.offset = thread;
        this.tcp = options.traffic().protocol().isTcp();
        boolean syn = options.traffic().protocol() == Protocol.TCP_SYN;
        int flows = (options.traffic().flows() - thread + stride - 1) / stride;
        this.picker = options.traffic().popularity().picker(flows, options.seed() + thread);
        boolean perFlow = options.traffic().flows() <= PortEngine.MAX_TRACKED;
        this.tag = Stamp.tag(thread, perFlow);
        this.sequences = perFlow ? new int[flows] : null;
        this.pacer = new Pacer(options.rate().share(stride));
        List<Integer> sizes =
                syn ? List.of(SizeMix.MIN) : options.traffic().sizes().sizes();
        this.templates = new FrameTemplate[sizes.size()];
        this.costs = new long[sizes.size()];
        for (int i = 0; i < templates.length; i++) {
            int size = syn ? 0 : sizes.get(i);
            templates[i] = new FrameTemplate(
                    options.traffic(),
                    headers,
                    sourceMac,
                    size,
                    options.traffic().protocol().flags(),
                    options.stamp());
            costs[i] = pacer.cost(templates[i].length() + SizeMix.FCS);
        }
        long count = options.count();
        this.limit = count == 0 ? Long.MAX_VALUE : count / stride + (thread < count % stride ? 1 : 0);
        this.lingerNs = options.linger().toNanos();
        this.yields = options.yields();
    }

    @Override
    public void run(RunControl control) {
        long now = awaitStart(control);
        pacer.start(now);
        long end = now + control.durationNs;
        long begun = now;
        long last = now;
        while (isOn(now, end) && counts.sent() < limit && !control.isStopped()) {
            int sent = sendBurst(now, now - end < 0 ? now : end - 1);
            port.flush();
            int received = receive();
            now = System.nanoTime();
            if (sent > 0) {
                last = now;
            } else if (received == 0 && yields) {
                LockSupport.parkNanos(YIELD_NS);
                now = System.nanoTime();
            } else if (received == 0) {
                port.idle(Math.min(pacer.waitNs(now), end - now), expectsAnswers(now - begun));
                now = System.nanoTime();
            }
        }
        counts.lasted(last - begun);
        finish(port, lingerNs, control);
    }

    /** Until the end, and until what was due before it has left, if that takes no longer than a moment. */
    private boolean isOn(long now, long end) {
        return now - end < 0 || costs[0] != 0 && now - end < CATCH_UP_NS && pacer.isDue(end - 1);
    }

    /** Sends what is due at a time, at most a burst. Returns how many. */
    private int sendBurst(long now, long until) {
        final int most = (int) Math.min(ThreadPort.BURST, limit - counts.sent());
        int sent = 0;
        long bytes = 0;
        while (sent < most && pacer.isDue(until)) {
            int flow = pending >= 0 ? pending : picker.next();
            int length = sendOne(flow, now);
            if (length == 0) {
                pending = flow;
                counts.stalled();
                break;
            }
            pending = -1;
            bytes += length;
            sent++;
        }
        if (sent > 0) {
            counts.sent(sent, bytes);
        }
        return sent;
    }

    /** Returns the frame's length, or 0: no room. */
    private int sendOne(int local, long now) {
        long frame = port.pool.allocate();
        if (frame == 0) {
            return 0;
        }
        int which = nextSize;
        FrameTemplate template = templates[which];
        int flow = local * stride + offset;
        int sequence = sequences == null ? streamSequence : sequences[local];
        long late = -pacer.waitNs(now);
        int stampLate = costs[which] == 0 ? 0 : Stamp.encodeLate(late);
        int length = template.write(frame, flow, tcp ? isn : 0, 0, tag | flow, sequence, now, stampLate);
        if (!port.port.send(frame, length)) {
            port.pool.release(frame);
            return 0;
        }
        if (costs[which] != 0) {
            counts.late(late);
        }
        pacer.take(costs[which], now);
        nextSize = which + 1 == templates.length ? 0 : which + 1;
        isn += 0x1000_0001;
        if (sequences == null) {
            streamSequence++;
        } else {
            sequences[local] = sequence + 1;
        }
        return length;
    }

    @Override
    boolean isAnswered() {
        return stride == 1 && receiver.frames() >= counts.sent(); // of several threads each gets answers to any
    }

    @Override
    int receive() {
        int n = port.receive();
        if (n > 0) {
            receiver.accountAll(port.batch, port.burst, System.nanoTime());
            port.release();
        }
        return n;
    }

    @Override
    public void close() {
        for (FrameTemplate template : templates) {
            template.close();
        }
    }
}
