package io.weir.perf.pktgen;

import io.weir.engine.packet.Parser;
import io.weir.engine.packet.Transport;
import io.weir.perf.sink.Receiver;
import io.weir.perf.traffic.FlowHeaders;
import io.weir.perf.traffic.FlowPicker;
import io.weir.perf.traffic.FrameTemplate;
import io.weir.perf.traffic.Pacer;
import io.weir.perf.traffic.Protocol;
import io.weir.perf.traffic.Rate;
import io.weir.perf.traffic.SizeMix;
import io.weir.perf.traffic.Stamp;
import java.util.List;

/**
 * Speaks TCP as many clients do: whole connections one after another, or data on flows that it has opened before. One
 * thread. After its start it allocates nothing.
 */
final class TcpSender extends CountedSender implements TcpClient.Output {
    private static final int SWEEP = 256;
    /** SYNs a second at most while flows are opened that stay open. */
    private static final double OPEN_RATE = 100_000;

    private static final int SEARCH = 256;

    private final ThreadPort port;
    private final ConnectionCounts connections = new ConnectionCounts();
    private final TcpClient client;
    private final boolean established;
    private final int flows;
    private final Pacer pacer;
    private final Pacer opener;
    private final double openRate;
    private final FlowPicker picker;
    private final FrameTemplate syn;
    private final FrameTemplate ack;
    private final FrameTemplate fin;
    private final FrameTemplate[] data;
    private final long[] costs;
    private final int[] sequences;
    private final int tag;
    private final long limit;
    private final long lingerNs;
    private int nextSize;
    private int nextFlow;
    private int streamSequence;
    private long late;
    private long openedBefore;
    private long dataSent;
    private int pending = -1;

    /**
     * @param options the run's
     * @param port of this thread
     * @param headers of the flows
     * @param sourceMac of the device
     * @param receiver of this thread
     */
    TcpSender(GeneratorOptions options, ThreadPort port, FlowHeaders headers, long sourceMac, Receiver receiver) {
        super(receiver);
        this.port = port;
        this.flows = options.traffic().flows();
        this.established = options.traffic().protocol() == Protocol.TCP_ESTABLISHED;
        this.client = new TcpClient(flows, !established, this, connections);
        this.picker = options.traffic().popularity().picker(flows, options.seed());
        this.pacer = new Pacer(options.rate());
        this.openRate = options.rate().unit() == Rate.Unit.PACKETS
                ? Math.min(OPEN_RATE, options.rate().perSecond())
                : OPEN_RATE;
        this.opener = new Pacer(Rate.packets(openRate));
        this.syn = template(options, headers, sourceMac, 0, Transport.SYN);
        this.ack = template(options, headers, sourceMac, 0, Transport.ACK);
        this.fin = template(options, headers, sourceMac, 0, Transport.FIN | Transport.ACK);
        List<Integer> sizes = options.traffic().sizes().sizes();
        this.data = new FrameTemplate[sizes.size()];
        this.costs = new long[sizes.size()];
        for (int i = 0; i < data.length; i++) {
            data[i] = template(options, headers, sourceMac, sizes.get(i), Transport.PSH | Transport.ACK);
            costs[i] = pacer.cost(data[i].length() + SizeMix.FCS);
        }
        boolean perFlow = flows <= PortEngine.MAX_TRACKED;
        this.sequences = perFlow ? new int[flows] : null;
        this.tag = Stamp.tag(0, perFlow);
        this.limit = options.count() == 0 ? Long.MAX_VALUE : options.count();
        this.lingerNs = options.linger().toNanos();
    }

    private static FrameTemplate template(
            GeneratorOptions options, FlowHeaders headers, long sourceMac, int size, int flags) {
        return new FrameTemplate(options.traffic(), headers, sourceMac, size, flags, options.stamp());
    }

    @Override
    public void run(RunControl control) {
        long begun = awaitStart(control);
        if (established) {
            begun = openAll(begun, control);
        }
        pacer.start(begun);
        long end = begun + control.durationNs;
        long now = begun;
        long last = now;
        long done = 0;
        while (now - end < 0 && done < limit && !control.isStopped()) {
            int started = established ? sendBurst(now, limit - done) : openBurst(now, limit - done, pacer);
            done += started;
            client.sweep(SWEEP, now);
            port.flush();
            int received = receive();
            now = System.nanoTime();
            if (started + received > 0) {
                last = now;
            } else {
                idle(Math.min(pacer.waitNs(now), end - now));
                now = System.nanoTime();
            }
        }
        counts.lasted(last - begun);
        dataSent = done;
        finish(port, lingerNs, control);
    }

    private void idle(long nanos) {
        if (nanos > 0) {
            port.idle(nanos, true);
        } else {
            port.port.await(1); // something is due, but every flow waits for an answer
        }
    }

    /** Opens every flow once. Returns the time when all are established or given up. */
    private long openAll(long start, RunControl control) {
        opener.start(start);
        long now = start;
        long deadline = start + (long) (flows * 1e9 / openRate) + (TcpClient.TRIES + 2) * TcpClient.RTO_NS;
        int opened = 0;
        while (now - deadline < 0 && !control.isStopped() && settled() < flows) {
            opened += openBurst(now, flows - opened, opener);
            client.sweep(SWEEP, now);
            port.flush();
            if (receive() == 0) {
                port.idle(opened < flows ? opener.waitNs(now) : 1, true);
            }
            now = System.nanoTime();
        }
        openedBefore = counts.sent();
        return now;
    }

    private long settled() {
        return connections.get(ConnectionCounts.ESTABLISHED)
                + connections.get(ConnectionCounts.TIMED_OUT)
                + connections.get(ConnectionCounts.RESET);
    }

    /** Opens connections that are due, at most a burst. Returns how many. */
    private int openBurst(long now, long most, Pacer schedule) {
        int opened = 0;
        long cost = schedule == opener ? schedule.cost(0) : costs[0];
        while (opened < Math.min(ThreadPort.BURST, most) && schedule.isDue(now)) {
            int flow = nextClosed();
            if (flow < 0 || !client.open(flow, now)) {
                counts.stalled();
                break;
            }
            if (cost != 0 && schedule == pacer) {
                counts.late(-schedule.waitNs(now));
            }
            schedule.take(cost, now);
            opened++;
        }
        return opened;
    }

    private int nextClosed() {
        int at = nextFlow;
        for (int i = Math.min(SEARCH, flows); i > 0; i--) {
            int flow = at;
            at = at + 1 == flows ? 0 : at + 1;
            if (client.state(flow) == TcpClient.CLOSED) {
                nextFlow = at;
                return flow;
            }
        }
        nextFlow = at;
        return -1;
    }

    /** Sends data that is due, at most a burst. Returns how many frames. */
    private int sendBurst(long now, long most) {
        int sent = 0;
        int passed = 0;
        while (sent < Math.min(ThreadPort.BURST, most) && pacer.isDue(now)) {
            int flow = pending >= 0 ? pending : picker.next();
            pending = -1;
            if (client.state(flow) != TcpClient.ESTABLISHED) {
                if (++passed > SEARCH) {
                    break;
                }
                continue;
            }
            long cost = costs[nextSize];
            late = cost == 0 ? 0 : -pacer.waitNs(now);
            if (!client.sendData(flow, now)) {
                pending = flow;
                counts.stalled();
                break;
            }
            counts.late(late);
            pacer.take(cost, now);
            sent++;
        }
        late = 0;
        return sent;
    }

    @Override
    public int send(int flow, int flags, int seq, int acknowledged, boolean withData, long now) {
        long frame = port.pool.allocate();
        if (frame == 0) {
            return -1;
        }
        int sequence = sequences == null ? streamSequence : sequences[flow];
        FrameTemplate template = withData ? data[nextSize] : control(flags);
        int length = template.write(frame, flow, seq, acknowledged, tag | flow, sequence, now, Stamp.encodeLate(late));
        if (!port.port.send(frame, length)) {
            port.pool.release(frame);
            return -1;
        }
        if (withData) {
            nextSize = nextSize + 1 == data.length ? 0 : nextSize + 1;
            if (sequences == null) {
                streamSequence++;
            } else {
                sequences[flow] = sequence + 1;
            }
        }
        counts.sent(1, length);
        return template.payload();
    }

    private FrameTemplate control(int flags) {
        if ((flags & Transport.SYN) != 0) {
            return syn;
        }
        return (flags & Transport.FIN) != 0 ? fin : ack;
    }

    @Override
    boolean isAnswered() {
        long open = connections.get(ConnectionCounts.OPENED)
                - connections.get(ConnectionCounts.COMPLETED)
                - connections.get(ConnectionCounts.TIMED_OUT)
                - connections.get(ConnectionCounts.RESET);
        return established ? receiver.frames() >= connections.get(ConnectionCounts.ESTABLISHED) + dataSent : open <= 0;
    }

    @Override
    int receive() {
        int n = port.receive();
        if (n > 0) {
            long now = System.nanoTime();
            Parser.parse(port.batch, port.burst);
            for (int i = 0; i < n; i++) {
                if (receiver.account(port.batch, port.burst, i, now)) {
                    int flow = receiver.flowOf(port.burst, i);
                    client.onSegment(flow, port.batch.address[i], port.burst, i, now);
                }
            }
            port.release();
        }
        return n;
    }

    @Override
    public Connections connections() {
        return connections.connections();
    }

    /** Frames that it took to open the flows, before the run proper. */
    @Override
    public long openingFrames() {
        return openedBefore;
    }

    @Override
    public void close() {
        syn.close();
        ack.close();
        fin.close();
        for (FrameTemplate template : data) {
            template.close();
        }
    }
}
