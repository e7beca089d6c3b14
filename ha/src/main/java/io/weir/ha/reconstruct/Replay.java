package io.weir.ha.reconstruct;

import io.weir.bindings.Mem;
import io.weir.engine.counters.Counter;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.flow.LocalPorts;
import io.weir.engine.flow.TcpState;
import io.weir.engine.forward.SegmentWriter;
import io.weir.engine.packet.Burst;
import io.weir.engine.packet.Ipv4;
import io.weir.engine.packet.Transport;
import io.weir.engine.port.FrameBatch;
import io.weir.engine.service.FlowOwners;
import io.weir.engine.service.NextHop;
import io.weir.engine.service.ReconstructionPolicy;
import io.weir.engine.service.ServiceTable;
import io.weir.engine.trace.TraceEvent;
import io.weir.engine.worker.Flows;
import io.weir.ha.reconstruct.PendingFlows.Phase;
import io.weir.scheduler.Scheduler;
import io.weir.scheduler.Schedulers;

/**
 * Fourth means: the flow goes on at a server chosen afresh, over a connection that the node itself opens to it. Owned by
 * one worker.
 *
 * <pre>
 *   client            node                          server
 *     │ P: SEQ s, ACK a │                              │
 *     │────────────────▶│ SYN, ISN s − 1               │
 *     │                 │─────────────────────────────▶│   again after 200, 400, 800 ms
 *     │                 │        SYN-ACK, ISN n        │
 *     │                 │◀─────────────────────────────│   ackDelta = a − (n + 1)
 *     │                 │ ACK, P, what was held        │   timestampDelta = te − TSval
 *     │                 │─────────────────────────────▶│
 * </pre>
 *
 * <p>P is the first segment with payload that the client sent. The sequence numbers of both connections then are the
 * same, unless an older segment came while the handshake was under way: then it is the first, and the delta is the
 * distance between the two.
 */
final class Replay {
    private static final long FIRST_TRY_NS = 200_000_000L;
    private static final int MOST_TRIES = 3;
    private static final int MOST_SERVERS = 2;
    private static final int CHOICES = 16;
    private static final int ESTABLISHED = TcpState.ESTABLISHED.ordinal();

    private final ReconstructionContext context;
    private final PendingFlows pending;
    private final HeldSegments held;
    private final Refusal refusal;
    private final ReplayRates rates;
    private final ReplayLatency latency;
    private final SegmentWriter writer;
    private final Segment first = new Segment();

    /** Whether the last choice passed a server over because the way to it is not known. */
    private boolean isWayMissing;

    Replay(ReconstructionContext context, Refusal refusal) {
        this.context = context;
        this.pending = context.pending;
        this.held = context.held;
        this.refusal = refusal;
        var worker = context.worker;
        this.rates = new ReplayRates(context.settings.replayRate(), worker.workers, worker.stats.slots());
        this.latency = new ReplayLatency(worker.counters);
        this.writer = new SegmentWriter(worker.egress, worker.counters);
    }

    /** Replays a flow without a record, from frame {@code i}, which it consumes. */
    void begin(FrameBatch batch, Burst burst, int i, long hash, long key) {
        int e = pending.claim(hash, burst.sourceHi(i), burst.sourceLo(i), key, context.worker.nowNs);
        if (e == PendingFlows.NONE) {
            context.drop(batch, i, Counter.DROP_RECONSTRUCT_FULL);
            return;
        }
        pending.ack[e] = context.segment.ack;
        context.hold(e, batch, i);
        begin(e, 0);
    }

    /** Moves a flow away from its server, which is dead, from frame {@code i} of its client, which it consumes. */
    void move(long record, FrameBatch batch, Burst burst, int i) {
        long key = Mem.getLong(record + FlowRecord.KEY);
        int e = pending.claim(burst.hash(i), burst.sourceHi(i), burst.sourceLo(i), key, context.worker.nowNs);
        if (e == PendingFlows.NONE) {
            context.drop(batch, i, Counter.DROP_RECONSTRUCT_FULL);
            return;
        }
        pending.exclude(e, FlowRecord.server(record));
        pending.ack[e] = context.segment.ack;
        context.hold(e, batch, i);
        context.flows.releasePort(record);
        Numbers.first(record, context.segment);
        context.bind(record, e);
        begin(e, record);
    }

    /**
     * Replays what an entry holds, if it can be replayed; else refuses.
     *
     * @param record the flow's, or 0: there is none yet
     */
    void begin(int e, long record) {
        pending.beganNs[e] = context.worker.nowNs;
        if (!findFirst(e)) {
            context.traceEntry(TraceEvent.REPLAY_EMPTY, e, ReconstructionContext.NOBODY, 0, 0, 0);
            refusal.refuse(e, record, Counter.DROP_NO_FLOW);
            return;
        }
        TraceEvent obstacle = obstacle(e);
        if (obstacle != null) {
            context.traceEntry(obstacle, e, ReconstructionContext.NOBODY, 0, 0, 0);
            refusal.refuse(e, record, Counter.DROP_NO_FLOW);
            return;
        }
        pending.isn[e] = first.seq - 1;
        pending.hasTimestamps[e] = first.hasTimestamps;
        pending.tsVal[e] = first.tsVal;
        pending.window[e] = first.window;
        connect(e, record);
    }

    /** Leaves the first held segment with payload in {@link #first}; what lies before it and carries none is forgotten. */
    private boolean findFirst(int e) {
        while (held.count(e) > 0) {
            held.look(e, 0);
            first.read(held.one, held.burst, 0);
            if (first.payload > 0) {
                return true;
            }
            if (held.count(e) == 1) {
                return false;
            }
            context.unhold(e, 0, Counter.DROP_HELD);
        }
        return false;
    }

    /** Why the first segment cannot begin a connection to a server that knows nothing of what was before; null: it can. */
    private TraceEvent obstacle(int e) {
        if (context.policy(pending.key[e]).httpGuard() && !HttpGuard.beginsRequest(first.payloadAt, first.payload)) {
            return TraceEvent.REPLAY_GUARDED;
        }
        return first.reportsHole || !first.isWellFormed ? TraceEvent.REPLAY_HOLE : null;
    }

    /** Opens a connection to the next server. */
    private void connect(int e, long existing) {
        int server = pending.servers[e] == MOST_SERVERS ? FlowOwners.NONE : choose(e);
        if (server == FlowOwners.NONE) {
            nobody(e, existing);
            return;
        }
        if (!rates.take(server, context.worker.nowNs)) {
            context.giveUp(e, existing, Counter.DROP_REPLAY_RATE);
            return;
        }
        long record = existing;
        if (record == 0) {
            int condition = ESTABLISHED | FlowRecord.PENDING;
            record = context.flows.adopt(
                    pending.hash[e],
                    pending.clientHi[e],
                    pending.clientLo[e],
                    pending.key[e],
                    server,
                    condition,
                    false);
            if (record == Flows.TABLE_FULL) {
                context.giveUp(e, 0, Counter.DROP_TABLE_FULL);
                return;
            }
            context.bind(record, e);
        } else {
            context.flows.reassign(record, server);
            context.flows.setCondition(record, FlowRecord.state(record) | FlowRecord.PENDING);
        }
        if (!takePort(e, record, server)) {
            context.giveUp(e, record, Counter.DROP_NO_LOCAL_PORT);
            return;
        }
        pending.servers[e]++;
        pending.tries[e] = 0;
        pending.phase[e] = Phase.CONNECTING;
        sendSyn(e, record);
        context.wake(e, FIRST_TRY_NS);
    }

    /** There is no server to go on at, or none that answers. */
    private void nobody(int e, long record) {
        ServiceTable table = context.worker.table;
        int service = PendingFlows.service(pending.key[e]);
        if (pending.servers[e] > 0) {
            refusal.refuse(e, record, Counter.DROP_NO_FLOW);
        } else if (isWayMissing) {
            context.giveUp(e, record, Counter.DROP_NO_NEIGHBOUR);
        } else if (table.hasServed(service)) {
            refusal.refuse(e, record, Counter.DROP_NO_SERVER);
        } else {
            context.giveUp(e, record, Counter.DROP_NO_SERVER);
        }
    }

    /** The scheduler's choice, or the next in the flow's order, if that one is known not to answer. */
    private int choose(int e) {
        ServiceTable table = context.worker.table;
        int service = PendingFlows.service(pending.key[e]);
        isWayMissing = false;
        int[] slots = table.slotAt[service];
        Scheduler scheduler = table.schedulers[context.worker.worker][service];
        if (slots == null || scheduler == null) {
            return FlowOwners.NONE;
        }
        long hi = pending.clientHi[e];
        long lo = pending.clientLo[e];
        int clientPort = PendingFlows.clientPort(pending.key[e]);
        for (int n = 0; n < CHOICES; n++) {
            int position = Schedulers.choose(
                    scheduler,
                    hi,
                    lo,
                    clientPort,
                    table.virtualHi(service),
                    table.virtualLo(service),
                    PendingFlows.virtualPort(pending.key[e]));
            if (position < 0) {
                break;
            }
            if (isUsable(e, table, slots[position])) {
                return slots[position];
            }
        }
        FlowOwners owners = table.owners[service];
        int server = owners.substitute(hi, lo, clientPort, 0);
        for (int place = 1; server != FlowOwners.NONE && !isUsable(e, table, server); place++) {
            server = owners.substitute(hi, lo, clientPort, place);
        }
        return server;
    }

    private boolean isUsable(int e, ServiceTable table, int server) {
        if (!table.isUp(server) || pending.isExcluded(e, server)) {
            return false;
        }
        isWayMissing |= table.nextHop(server) == 0;
        return table.nextHop(server) != 0;
    }

    private boolean takePort(int e, long record, int server) {
        int local = context.flows.takeLocal(
                server, pending.hash[e], pending.clientHi[e], pending.clientLo[e], pending.key[e]);
        if (local == LocalPorts.NONE) {
            return false;
        }
        context.flows.setLocal(record, local);
        return true;
    }

    private void sendSyn(int e, long record) {
        ServiceTable table = context.worker.table;
        ReconstructionPolicy policy = context.policy(pending.key[e]);
        address(record);
        writer.seq = pending.isn[e];
        writer.timestamps = pending.hasTimestamps[e];
        writer.tsVal = pending.tsVal[e];
        int mss = policy.mss() != 0 ? policy.mss() : largestSegment(record);
        writer.syn(table, context.worker.ports, mss, policy.windowScale(), Counter.REPLAY_SENT);
        context.traceFlow(TraceEvent.REPLAY_SYN, record, writer.localPort, pending.isn[e], pending.tries[e] + 1);
    }

    /** What fits both links; a client whose way is not known does not narrow it. */
    private int largestSegment(long record) {
        int[] mtu = context.worker.ports.mtu();
        long server = context.worker.table.nextHop(FlowRecord.server(record));
        long client = Mem.getLong(record + FlowRecord.CLIENT_HOP);
        int headers = Ipv4.isMapped(Mem.getLong(record), Mem.getLong(record + FlowRecord.CLIENT_LO)) ? 40 : 60;
        int link = mtu[NextHop.port(server)];
        return Math.min(link, client == 0 ? link : mtu[NextHop.port(client)]) - headers;
    }

    /** Between whom the writer's next segment goes. */
    private void address(long record) {
        int server = FlowRecord.server(record);
        int port = context.worker.table.serverPort(server);
        writer.local = FlowRecord.localAddress(record);
        writer.localPort = FlowRecord.localPort(record);
        writer.server = server;
        writer.serverPort = port == 0 ? FlowRecord.virtualPort(record) : port;
    }

    /** The server has not answered in time. */
    void due(int e) {
        long record = context.recordOf(e);
        if (record == 0) {
            context.release(e, Counter.DROP_HELD);
        } else if (pending.tries[e] < MOST_TRIES) {
            pending.tries[e]++;
            sendSyn(e, record);
            context.wake(e, FIRST_TRY_NS << pending.tries[e]);
        } else {
            context.traceFlow(TraceEvent.REPLAY_SILENT, record, 0, 0, 0);
            failed(e, record);
        }
    }

    private void failed(int e, long record) {
        context.count(Counter.REPLAY_FAILED);
        pending.exclude(e, FlowRecord.server(record));
        context.flows.releasePort(record);
        connect(e, record);
    }

    /** A segment of the server that a connection is being opened to. Consumes the frame. */
    void fromServer(int e, long record, FrameBatch batch, int i) {
        Segment s = context.segment;
        boolean mine = s.has(Transport.ACK) && s.ack == pending.isn[e] + 1;
        if (mine && s.has(Transport.RST)) {
            received(batch, i);
            context.traceFlow(TraceEvent.REPLAY_REFUSED, record, 0, 0, 0);
            failed(e, record);
        } else if (mine && s.has(Transport.SYN)) {
            received(batch, i);
            established(e, record, s);
        } else if (s.has(Transport.ACK) && !s.has(Transport.RST)) {
            // the server has an old connection at this port: RFC 9293 §3.10.7.3; the next SYN finds it gone
            received(batch, i);
            address(record);
            writer.seq = s.ack;
            writer.rst(context.worker.table, context.worker.ports, Counter.REPLAY_SENT);
        } else {
            context.drop(batch, i, Counter.DROP_PENDING);
        }
    }

    private void received(FrameBatch batch, int i) {
        context.count(Counter.REPLAY_RECEIVED);
        context.worker.egress.pool().release(batch.address[i]);
    }

    private void established(int e, long record, Segment synAck) {
        if (!findFirst(e) || obstacle(e) != null) {
            // an older segment came meanwhile, and the server could not make sense of that one
            context.traceFlow(TraceEvent.REPLAY_GUARDED, record, 0, 0, 0);
            address(record);
            writer.seq = pending.isn[e] + 1;
            writer.rst(context.worker.table, context.worker.ports, Counter.REPLAY_SENT);
            refusal.refuse(e, record, Counter.DROP_NO_FLOW);
            return;
        }
        boolean timestamps = pending.hasTimestamps[e] && synAck.hasTimestamps;
        int seqDelta = first.seq - (pending.isn[e] + 1);
        int ackDelta = pending.ack[e] - (synAck.seq + 1);
        int timestampDelta = timestamps ? pending.tsEcr[e] - synAck.tsVal : 0;
        Mem.putInt(record + FlowRecord.SEQ_DELTA, seqDelta);
        Mem.putInt(record + FlowRecord.ACK_DELTA, ackDelta);
        Mem.putInt(record + FlowRecord.TIMESTAMP_DELTA, timestampDelta);
        Mem.putInt(record + FlowRecord.REPLAY_POINT, first.seq);
        context.flows.setCondition(record, FlowRecord.state(record) | FlowRecord.TRANSLATED);
        context.flows.countConnection(record);
        context.count(Counter.RECONSTRUCTED_REPLAY);
        latency.record(context.worker.nowNs - pending.beganNs[e]);
        context.traceFlow(TraceEvent.REPLAY_ESTABLISHED, record, seqDelta, ackDelta, timestampDelta);
        address(record);
        writer.seq = pending.isn[e] + 1;
        writer.ack = synAck.seq + 1;
        writer.timestamps = timestamps;
        writer.tsVal = pending.tsVal[e];
        writer.tsEcr = synAck.tsVal;
        writer.ack(context.worker.table, context.worker.ports, pending.window[e], Counter.REPLAY_SENT);
        context.sendHeld(e, record, Counter.REPLAY_SENT);
        context.release(e, null);
    }

    /** The server has sent its SYN-ACK again, as it did not get the ACK. Consumes the frame. */
    void acknowledgeAgain(long record, FrameBatch batch, int i) {
        Segment s = context.segment;
        received(batch, i);
        address(record);
        writer.seq = Mem.getInt(record + FlowRecord.REPLAY_POINT) - Mem.getInt(record + FlowRecord.SEQ_DELTA);
        writer.ack = s.seq + 1;
        writer.timestamps = s.hasTimestamps;
        writer.tsVal = s.tsEcr; // what it has seen of ours
        writer.tsEcr = s.tsVal;
        writer.ack(context.worker.table, context.worker.ports, 0xffff, Counter.REPLAY_SENT);
    }
}
