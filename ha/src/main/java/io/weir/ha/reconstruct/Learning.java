package io.weir.ha.reconstruct;

import io.weir.bindings.Mem;
import io.weir.engine.counters.Counter;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.flow.TcpState;
import io.weir.engine.packet.Burst;
import io.weir.engine.packet.Transport;
import io.weir.engine.port.FrameBatch;
import io.weir.engine.service.ServiceTable;
import io.weir.engine.trace.TraceEvent;
import io.weir.engine.worker.Flows;
import io.weir.engine.worker.ToKernel;
import io.weir.ha.reconstruct.PendingFlows.Phase;

/**
 * Second means: a real server that speaks to an unknown client owns the flow. Owned by one worker.
 *
 * <p>Not everything that comes from a service's port is the service's: a server may open connections of its own from
 * there. A SYN tells it, and so does whom they go to: a port below 1024, or the very same port, is no client's. Such
 * packets are the kernel's, as are those of services that learn nothing.
 *
 * <p>The way to the client is unknown until the client speaks or the kernel is asked; the server's packets wait.
 */
final class Learning {
    private static final int FIRST_CLIENT_PORT = 1024;
    private static final long LOOK_NS = 5_000_000L;
    private static final long PATIENCE_NS = 3_000_000_000L;

    private final ReconstructionContext context;
    private final PendingFlows pending;
    private final Probe probe;
    private final ToKernel toKernel;
    private final HopQueries queries;
    private final ClientHops hops = new ClientHops();

    Learning(ReconstructionContext context, Probe probe, ToKernel toKernel, HopQueries queries) {
        this.context = context;
        this.pending = context.pending;
        this.probe = probe;
        this.toKernel = toKernel;
        this.queries = queries;
    }

    /**
     * A server's packet that no flow's record fits.
     *
     * @return a record by which to forward it to its client; or 0: it was consumed
     */
    long learn(FrameBatch batch, Burst burst, int i, int endpoint, long hash) {
        ServiceTable table = context.worker.table;
        int server = table.soleSlot(endpoint);
        boolean tcp = burst.protocol(i) == Transport.TCP;
        int ports = burst.ports(i);
        if (table.isFullNat(endpoint) || isServersOwn(burst, i, tcp) || (burst.traits(i) & Burst.LATER_FRAGMENT) != 0) {
            toKernel.give(batch, burst, i);
            return 0;
        }
        if (server < 0) {
            return ambiguous(batch, burst, i, endpoint);
        }
        int service = table.serviceOf(server);
        int virtualPort = table.virtualPortOf(server) != 0 ? table.virtualPortOf(server) : ports >>> 16;
        boolean theirs = table.serverPort(server) != 0 || virtualPort == ports >>> 16;
        if (!theirs || !table.policies[service].mode().adopts()) {
            toKernel.give(batch, burst, i);
            return 0;
        }
        long key = FlowRecord.key(ports & 0xffff, virtualPort, service, burst.protocol(i));
        if (tcp) {
            context.segment.read(batch, burst, i);
        }
        long known = context.worker.flows.find(hash, burst.destinationHi(i), burst.destinationLo(i), key);
        if (known != 0 && !context.flows.isExpired(known)) {
            int e = context.entryOf(known);
            if (e != PendingFlows.NONE && tcp) {
                return probe.fromOtherServer(e, known, server, batch, i);
            }
            context.drop(batch, i, Counter.DROP_STALE);
            return 0;
        }
        return begin(batch, burst, i, server, hash, key, tcp);
    }

    /** Whether a packet is of a connection that the server opened itself, or ends one. */
    private static boolean isServersOwn(Burst burst, int i, boolean tcp) {
        int flags = burst.tcpFlags(i);
        boolean opens =
                tcp && ((flags & Transport.RST) != 0 || (flags & (Transport.SYN | Transport.ACK)) == Transport.SYN);
        int to = burst.ports(i) & 0xffff;
        return opens || to < FIRST_CLIENT_PORT || to == burst.ports(i) >>> 16;
    }

    /** Several services share the server: only the client can tell which it called. The kernel must not break that. */
    private long ambiguous(FrameBatch batch, Burst burst, int i, int endpoint) {
        int service = context.worker.table.serviceOf(endpoint);
        if (context.worker.table.policies[service].mode().adopts()) {
            context.drop(batch, i, Counter.DROP_AMBIGUOUS);
        } else {
            toKernel.give(batch, burst, i);
        }
        return 0;
    }

    private long begin(FrameBatch batch, Burst burst, int i, int server, long hash, long key, boolean tcp) {
        Segment s = context.segment;
        context.traceServer(
                TraceEvent.UNKNOWN_SERVER,
                burst,
                i,
                key,
                server,
                tcp ? s.seq : 0,
                tcp ? s.ack : 0,
                tcp ? s.payload : 0);
        if (!context.rate.take(context.worker.nowNs)) {
            context.drop(batch, i, Counter.DROP_RECONSTRUCT_RATE);
            return 0;
        }
        int state = (tcp ? TcpState.ESTABLISHED : TcpState.UDP).ordinal();
        long record = context.flows.adopt(
                hash,
                burst.destinationHi(i),
                burst.destinationLo(i),
                key,
                server,
                state | FlowRecord.UNCONFIRMED,
                true);
        if (record <= 0) {
            boolean full = record == Flows.TABLE_FULL;
            context.drop(batch, i, full ? Counter.DROP_TABLE_FULL : Counter.DROP_TUPLE_CONFLICT);
            return 0;
        }
        Mem.putU8(record + FlowRecord.FLAGS, Mem.getU8(record + FlowRecord.FLAGS) | FlowRecord.FLAG_SERVER_HEARD);
        if (tcp) {
            Numbers.serverFirst(record, s);
        }
        context.flows.countConnection(record);
        context.count(Counter.RECONSTRUCTED_LEARN);
        context.traceFlow(TraceEvent.LEARNED, record, 0, 0, 0);
        return forward(batch, burst, i, record);
    }

    /** Another packet of the server of a learned flow whose client has not spoken yet. Returns as above. */
    long forward(FrameBatch batch, Burst burst, int i, long record) {
        if (Mem.getLong(record + FlowRecord.CLIENT_HOP) != 0) {
            context.forwarder.toClient(batch, burst, i, record);
            return 0;
        }
        long hi = burst.destinationHi(i);
        long lo = burst.destinationLo(i);
        long hop = hops.get(hi, lo, context.worker.nowNs);
        if (hop != 0) {
            Mem.putLong(record + FlowRecord.CLIENT_HOP, hop);
            context.forwarder.toClient(batch, burst, i, record);
            return 0;
        }
        ask(hi, lo, record);
        int e = context.entryOf(record);
        if (e == PendingFlows.NONE) {
            e = pending.claim(burst.hash(i), hi, lo, Mem.getLong(record + FlowRecord.KEY), context.worker.nowNs);
            if (e == PendingFlows.NONE) {
                context.drop(batch, i, Counter.DROP_NO_NEIGHBOUR);
                return 0;
            }
            pending.phase[e] = Phase.ROUTING;
            context.bind(record, e);
            context.wake(e, LOOK_NS);
        }
        if (burst.protocol(i) == Transport.TCP) {
            context.segment.read(batch, burst, i);
            context.hold(e, batch, i);
        } else {
            context.drop(batch, i, Counter.DROP_NO_NEIGHBOUR);
        }
        return 0;
    }

    private void ask(long hi, long lo, long record) {
        if (hops.mustAsk(hi, lo, context.worker.nowNs)) {
            context.traceFlow(TraceEvent.HOP_ASKED, record, 0, 0, 0);
            queries.ask(hi, lo);
        }
    }

    /** Looks whether the way to a client is known by now. */
    void due(int e) {
        long record = context.recordOf(e);
        if (record == 0) {
            context.release(e, Counter.DROP_HELD);
            return;
        }
        long hop = hops.get(pending.clientHi[e], pending.clientLo[e], context.worker.nowNs);
        if (hop != 0) {
            context.traceFlow(TraceEvent.HOP_FOUND, record, 0, 0, 0);
            Mem.putLong(record + FlowRecord.CLIENT_HOP, hop);
            flush(e, record);
        } else if (context.worker.nowNs - pending.beganNs[e] > PATIENCE_NS) {
            context.traceFlow(TraceEvent.HOP_MISSING, record, 0, 0, 0);
            Mem.putInt(record + FlowRecord.PENDING_ENTRY, 0);
            context.release(e, Counter.DROP_NO_NEIGHBOUR);
        } else {
            ask(pending.clientHi[e], pending.clientLo[e], record);
            context.wake(e, LOOK_NS);
        }
    }

    /** Sends what waited to the client, whose way is known. */
    void flush(int e, long record) {
        HeldSegments held = context.held;
        Mem.putInt(record + FlowRecord.PENDING_ENTRY, 0);
        while (held.count(e) > 0) {
            if (held.thaw(e, 0, context.worker.egress.pool())) {
                context.forwarder.toClient(held.one, held.burst, 0, record);
                context.unhold(e, 0, null);
            } else {
                context.unhold(e, 0, Counter.DROP_NO_FRAME);
            }
        }
        context.release(e, null);
    }

    /** Takes the control thread's answers in. Returns how many there were. */
    int takeAnswers() {
        return queries.take(hops, context.worker.nowNs);
    }
}
