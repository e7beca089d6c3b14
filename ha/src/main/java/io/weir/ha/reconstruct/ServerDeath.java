package io.weir.ha.reconstruct;

import io.weir.bindings.Mem;
import io.weir.engine.counters.Counter;
import io.weir.engine.counters.WorkerCounters;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.flow.FlowTimes;
import io.weir.engine.flow.LocalPorts;
import io.weir.engine.packet.Burst;
import io.weir.engine.packet.Transport;
import io.weir.engine.port.FrameBatch;
import io.weir.engine.service.ReconstructionPolicy.OnServerDeath;
import io.weir.engine.trace.TraceEvent;
import java.util.concurrent.TimeUnit;

/**
 * What becomes of the flows of a server that dies under a healthy dispatcher: its health check says so, or a client's
 * segment has come three times without a word from the server in between. Owned by one worker.
 *
 * <p>Only a flow that was quiet for {@value FlowTimes#QUIET_MS} ms is looked at; a retransmission always comes after such
 * a pause. If the last packet of the flow was the server's, or this segment is another than the one after the pause
 * before, the count begins anew. The count is kept in words that plain flows do not use, and of a translated flow beside
 * its local port. Where the server's answers pass elsewhere only the health check can tell.
 *
 * <p>A node that has no room for all that comes loses servers' answers itself. While its rings overflow, and
 * {@value #OWN_LOSS_MS} ms after that, silence says nothing, and only the health check can tell.
 */
final class ServerDeath {
    /** Retransmissions without a word from the server in between. */
    private static final int REPEATS = 2;

    private static final long OWN_LOSS_MS = 5_000;

    private final ReconstructionContext context;
    private final Replay replay;
    private final Refusal refusal;
    private long lost;
    private long lostNs;

    ServerDeath(ReconstructionContext context, Replay replay, Refusal refusal) {
        this.context = context;
        this.replay = replay;
        this.refusal = refusal;
        this.lostNs = context.worker.nowNs - TimeUnit.MILLISECONDS.toNanos(OWN_LOSS_MS);
    }

    /**
     * A client's packet of a flow that may have been quiet.
     *
     * @return whether the flow's server is dead, and the frame consumed
     */
    boolean takes(FrameBatch batch, Burst burst, int i, long record) {
        if (burst.protocol(i) != Transport.TCP
                || context.worker.age(record) < FlowTimes.QUIET_MS
                || !context.worker.table.answersPass(FlowRecord.server(record))
                || !context.worker.table.watchesServers(FlowRecord.service(record))) {
            return false;
        }
        Segment s = context.segment;
        s.read(batch, burst, i);
        if (!s.isSentAgain() || s.has(Transport.SYN)) {
            return false;
        }
        boolean serverSpokeLast = (Mem.getInt(record + FlowRecord.LAST_SEEN) & 1) != 0;
        int repeats = repeats(record, s.seq, serverSpokeLast);
        if (repeats < REPEATS || losesFrames()) {
            return false;
        }
        context.count(Counter.SERVER_DEATHS);
        context.traceFlow(TraceEvent.SERVER_DEAD, record, s.seq, repeats + 1, 0);
        dead(batch, burst, i, record);
        return true;
    }

    /** Whether the server's answer may have come, and been lost here. */
    private boolean losesFrames() {
        WorkerCounters counters = context.worker.counters;
        long now = counters.get(Counter.DROP_RX_RING) + counters.get(Counter.DROP_HANDOFF_FULL);
        if (now != lost) {
            lost = now;
            lostNs = context.worker.nowNs;
        }
        return context.worker.nowNs - lostNs < TimeUnit.MILLISECONDS.toNanos(OWN_LOSS_MS);
    }

    /** Counts one more segment after a pause: how often it came again. */
    private int repeats(long record, int seq, boolean serverSpokeLast) {
        int port = FlowRecord.localPort(record);
        LocalPorts ports = context.worker.localPorts;
        int entry = port == 0 ? LocalPorts.NONE : ports.find(FlowRecord.localAddress(record), port);
        long watch = port == 0
                ? watch(Mem.getInt(record + FlowRecord.WATCHED_SEQ), Mem.getInt(record + FlowRecord.REPEATS))
                : entry == LocalPorts.NONE ? 0 : ports.watch(entry);
        int seen = (int) watch; // 1: once
        boolean again = seen > 0 && !serverSpokeLast && (int) (watch >>> 32) == seq;
        int now = again ? seen + 1 : 1;
        if (port == 0) {
            Mem.putInt(record + FlowRecord.WATCHED_SEQ, seq);
            Mem.putInt(record + FlowRecord.REPEATS, now);
        } else if (entry != LocalPorts.NONE) {
            ports.setWatch(entry, watch(seq, now));
        }
        return now - 1;
    }

    private static long watch(int seq, int seen) {
        return (long) seq << 32 | seen & 0xffff_ffffL;
    }

    /**
     * A client's packet of a flow whose server is down, says its health check.
     *
     * @return whether it was consumed; if not, the server is not dead after all, and the flow is as it was
     */
    boolean condemned(FrameBatch batch, Burst burst, int i, long record) {
        if (context.worker.table.isUp(FlowRecord.server(record))
                || !context.worker.table.watchesServers(FlowRecord.service(record))) {
            pardon(record);
            return false;
        }
        context.traceFlow(TraceEvent.SERVER_DOWN, record, 0, 0, 0);
        context.segment.read(batch, burst, i);
        dead(batch, burst, i, record);
        return true;
    }

    /** A server that was said to be dead is heard. */
    void pardon(long record) {
        context.traceFlow(TraceEvent.SERVER_ALIVE, record, 0, 0, 0);
        context.flows.setCondition(record, FlowRecord.condition(record) & ~FlowRecord.CONDEMNED);
    }

    private void dead(FrameBatch batch, Burst burst, int i, long record) {
        Segment s = context.segment;
        OnServerDeath policy = context.worker.table.policies[FlowRecord.service(record)].onServerDeath();
        if (s.has(Transport.RST)) {
            context.flows.expire(record);
            context.drop(batch, i, Counter.DROP_SERVER_DEAD);
        } else if (policy == OnServerDeath.RESET || s.payload == 0 && s.has(Transport.FIN)) {
            refusal.refuse(batch, burst, i, record, PendingFlows.NONE, Counter.DROP_SERVER_DEAD);
        } else if (s.payload == 0) {
            context.drop(batch, i, Counter.DROP_SERVER_DEAD); // there is nothing to go on with yet
        } else if (!context.rate.take(context.worker.nowNs)) {
            context.drop(batch, i, Counter.DROP_RECONSTRUCT_RATE);
        } else {
            replay.move(record, batch, burst, i);
        }
    }
}
