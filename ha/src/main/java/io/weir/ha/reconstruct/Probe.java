package io.weir.ha.reconstruct;

import io.weir.bindings.Mem;
import io.weir.engine.counters.Counter;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.flow.TcpState;
import io.weir.engine.packet.Burst;
import io.weir.engine.packet.Transport;
import io.weir.engine.port.FrameBatch;
import io.weir.engine.service.FlowOwners;
import io.weir.engine.service.ServiceTable;
import io.weir.engine.trace.TraceEvent;
import io.weir.engine.worker.Flows;
import io.weir.ha.reconstruct.PendingFlows.Phase;

/**
 * Third means: the client's own segment is sent to one candidate after the other. Who owns the flow takes it; who does
 * not answers RST at once, which is kept from the client. Owned by one worker.
 *
 * <pre>
 *   begin ──▶ PROBING ──fitting segment──▶ adopted: plain flow, what was held goes on
 *              │  ▲ └──RST, or a segment that does not fit──▶ next candidate ──none──▶ exhausted: replay or refuse
 *     silence, │  │ the client repeats itself (twice, if there was a hole); a late RST
 *     a hole   ▼  │
 *          PROVISIONAL ──fitting segment without a hole──▶ adopted
 * </pre>
 *
 * Before it is exhausted, those that were silent are candidates once more; then silence means no.
 *
 * <p>A flow whose server turned out to be the wrong one ({@link Doubt}) enters by {@code SEARCHING}, where its client's next
 * segment goes to the next candidate, or by {@code PROVISIONAL}.
 */
final class Probe {
    private static final long COPY_NS = 1_000_000_000L;
    private static final long SEARCH_NS = 10_000_000_000L;
    private static final int STALE_REPEATS = 2;

    /** A server that is asked for the second time gets longer: what a delayed acknowledgement takes (40 ms on Linux). */
    private static final int AGAIN_TIMEOUTS = 3;

    private static final int ESTABLISHED = TcpState.ESTABLISHED.ordinal();

    private final ReconstructionContext context;
    private final PendingFlows pending;
    private final HeldSegments held;
    private final Replay replay;
    private final Refusal refusal;

    Probe(ReconstructionContext context, Replay replay, Refusal refusal) {
        this.context = context;
        this.pending = context.pending;
        this.held = context.held;
        this.replay = replay;
        this.refusal = refusal;
    }

    /** Asks for the owner of a flow without a record, with frame {@code i}, which it consumes. */
    void begin(FrameBatch batch, Burst burst, int i, int service, long hash, long key) {
        int e = pending.claim(hash, burst.sourceHi(i), burst.sourceLo(i), key, context.worker.nowNs);
        if (e == PendingFlows.NONE) {
            context.drop(batch, i, Counter.DROP_RECONSTRUCT_FULL);
            return;
        }
        listCandidates(e, service);
        long record = 0;
        for (int server = next(e, 0); server != FlowOwners.NONE; server = next(e, 0)) {
            record = context.flows.adopt(
                    hash, pending.clientHi[e], pending.clientLo[e], key, server, pendingCondition(), true);
            if (record != Flows.TUPLE_CONFLICT) {
                break;
            }
        }
        if (record == Flows.TABLE_FULL) {
            context.drop(batch, i, Counter.DROP_TABLE_FULL);
            context.release(e, null);
        } else if (record <= 0) {
            if (pending.candidateCount[e] == 0) {
                refusal.noServer(batch, burst, i, key);
            } else {
                boolean conflict = record == Flows.TUPLE_CONFLICT;
                context.drop(batch, i, conflict ? Counter.DROP_TUPLE_CONFLICT : Counter.DROP_NO_NEIGHBOUR);
            }
            context.release(e, null);
        } else {
            Numbers.first(record, context.segment);
            context.bind(record, e);
            ask(e, record, batch, burst, i);
        }
    }

    private static int pendingCondition() {
        return ESTABLISHED | FlowRecord.PENDING;
    }

    void listCandidates(int e, int service) {
        ServiceTable table = context.worker.table;
        pending.candidateCount[e] = (byte) table.owners[service].list(
                pending.clientHi[e],
                pending.clientLo[e],
                PendingFlows.clientPort(pending.key[e]),
                table.virtualHi(service),
                table.virtualLo(service),
                pending.candidates,
                e * FlowOwners.MOST);
    }

    /** Moves on to the next candidate that can be asked: its slot, or {@link FlowOwners#NONE}. */
    private int next(int e, long record) {
        int server = following(e, record);
        return server == FlowOwners.NONE && again(e) ? following(e, record) : server;
    }

    /**
     * Once, when nobody else owns the flow, those that were silent are asked again: they may have answered the node before,
     * or a segment was lost. An owner that has the segment answers at once.
     */
    private boolean again(int e) {
        if (pending.again[e] || pending.excludedCount[e] == 0) {
            return false;
        }
        pending.again[e] = true;
        pending.candidatesOfExcluded(e);
        context.traceEntry(TraceEvent.PROBE_AGAIN, e, ReconstructionContext.NOBODY, 0, 0, 0);
        return true;
    }

    private int following(int e, long record) {
        ServiceTable table = context.worker.table;
        while (++pending.current[e] < pending.candidateCount[e]) {
            int server = pending.candidates[e * FlowOwners.MOST + pending.current[e]];
            boolean twin = record != 0 && context.flows.hasTwin(record, server);
            if (table.nextHop(server) != 0 && table.isUp(server) && !twin) {
                return server;
            }
        }
        return FlowOwners.NONE;
    }

    /** Asks the candidate that the record names, with frame {@code i}, which it consumes; keeps a copy. */
    private void ask(int e, long record, FrameBatch batch, Burst burst, int i) {
        Segment s = context.segment;
        pending.seq[e] = s.seq;
        pending.end[e] = s.end;
        pending.asked[e] = s.ack;
        pending.ack[e] = s.ack;
        pending.tsEcr[e] = s.tsEcr;
        held.add(e, batch, i, s, true); // without a copy the client's own retransmission has to do
        waitForAnswer(e, record);
        context.forwarder.toServer(batch, burst, i, record, Counter.FORWARDED_TO_SERVER);
    }

    private void waitForAnswer(int e, long record) {
        pending.phase[e] = Phase.PROBING;
        pending.doubted[e] = false;
        context.flows.setCondition(record, FlowRecord.state(record) | FlowRecord.PENDING);
        context.wake(e, context.settings.probeTimeoutNs() * (pending.again[e] ? AGAIN_TIMEOUTS : 1));
        context.traceFlow(TraceEvent.PROBE_SENT, record, pending.current[e] + 1, pending.candidateCount[e], 0);
    }

    /** Asks the next candidate with the copy. */
    private void askNext(int e, long record) {
        int copy = 0;
        while (copy < held.count(e) && !held.isCopy(e, copy)) {
            copy++;
        }
        if (copy == held.count(e)) {
            search(e, record); // nothing to ask with
            return;
        }
        int server = next(e, record);
        if (server == FlowOwners.NONE) {
            exhausted(e, record);
            return;
        }
        context.rate.spend(context.worker.nowNs);
        context.flows.reassign(record, server);
        waitForAnswer(e, record);
        if (held.thaw(e, copy, context.worker.egress.pool())) {
            context.forwarder.toServer(held.one, held.burst, 0, record, Counter.PROBE_SENT);
        }
    }

    /** Asks the next candidate with frame {@code i}, which it consumes: a segment of the client's has come again. */
    void askNextWith(int e, long record, FrameBatch batch, Burst burst, int i) {
        int server = next(e, record);
        if (server == FlowOwners.NONE) {
            context.hold(e, batch, i);
            exhausted(e, record);
            return;
        }
        context.rate.spend(context.worker.nowNs);
        context.flows.reassign(record, server);
        ask(e, record, batch, burst, i);
    }

    private void exhausted(int e, long record) {
        int candidates = pending.candidateCount[e];
        context.traceEntry(TraceEvent.PROBE_EXHAUSTED, e, ReconstructionContext.NOBODY, 0, candidates, 0);
        if (context.policy(pending.key[e]).mode().replays()) {
            replay.begin(e, record);
        } else {
            refusal.refuse(e, record, Counter.DROP_NO_FLOW);
        }
    }

    /** A client's segment of a flow in one of this class's phases. Consumes the frame. */
    void fromClient(int e, long record, FrameBatch batch, Burst burst, int i) {
        Segment s = context.segment;
        Numbers.note(record, s);
        switch (pending.phase[e]) {
            case PROBING -> context.hold(e, batch, i);
            case PROVISIONAL -> provisionalFromClient(e, record, batch, burst, i);
            default -> askNextWith(e, record, batch, burst, i);
        }
    }

    private void provisionalFromClient(int e, long record, FrameBatch batch, Burst burst, int i) {
        Segment s = context.segment;
        boolean askedWithData = pending.end[e] != pending.seq[e];
        if (askedWithData && s.isSentAgain() && s.seq == pending.seq[e] && isWrong(e, record)) {
            forgetCopies(e);
            askNextWith(e, record, batch, burst, i);
            return;
        }
        if (s.isSentAgain() && (!askedWithData || s.seq - pending.seq[e] < 0)) {
            pending.seq[e] = s.seq; // the first that the owner has to acknowledge: what the client would send again
            pending.end[e] = s.end;
            forgetCopies(e);
            held.add(e, batch, i, s, true);
        }
        context.forwarder.toServer(batch, burst, i, record, Counter.FORWARDED_TO_SERVER);
    }

    /**
     * The client repeats the first segment that is not acknowledged. A server that is silent is dead. One that misses what
     * came before it waits for something that the client does not have any more; but once it may be a probe for the loss of
     * the last segment (RFC 8985 §7.2), and the one that is missing comes next.
     */
    private boolean isWrong(int e, long record) {
        if (!pending.doubted[e]) {
            context.traceFlow(TraceEvent.PROBE_REPEATED, record, pending.seq[e], 0, 0);
            pending.exclude(e, FlowRecord.server(record));
            return true;
        }
        if (++pending.repeats[e] < STALE_REPEATS) {
            return false;
        }
        context.traceFlow(TraceEvent.PROBE_STALE, record, pending.seq[e], 0, 0);
        return true;
    }

    private void forgetCopies(int e) {
        for (int n = held.count(e) - 1; n >= 0; n--) {
            if (held.isCopy(e, n)) {
                context.unhold(e, n, null);
            }
        }
    }

    /**
     * The current candidate's segment of a flow in one of this class's phases.
     *
     * @return the record, by which to forward the frame to the client; or 0: it was consumed
     */
    long fromServer(int e, long record, FrameBatch batch, Burst burst, int i) {
        Segment s = context.segment;
        if (s.has(Transport.RST)) {
            context.drop(batch, i, Counter.DROP_PROBE_RST);
            if (pending.phase[e] != Phase.SEARCHING && Numbers.isAnswerTo(record, pending.asked[e], s)) {
                context.traceFlow(TraceEvent.PROBE_RST, record, s.seq, 0, 0);
                askNext(e, record);
            }
            return 0;
        }
        if (pending.phase[e] == Phase.SEARCHING || !Numbers.fit(record, s)) {
            context.drop(batch, i, Counter.DROP_PROBE_MISFIT);
            if (pending.phase[e] != Phase.SEARCHING) {
                context.traceFlow(TraceEvent.PROBE_MISFIT, record, s.seq, s.ack, 0);
                askNext(e, record);
            }
            return 0;
        }
        if (Numbers.leavesHole(record, s)) {
            doubt(e, record);
            context.forwarder.toClient(batch, burst, i, record);
            return 0;
        }
        return adopt(e, record);
    }

    /** A fitting segment that leaves a hole: the server has the flow until the hole is filled, or the client shows that it cannot be. */
    void doubt(int e, long record) {
        if (!pending.doubted[e]) {
            pending.doubted[e] = true;
            pending.repeats[e] = 0;
            int first = Mem.getInt(record + FlowRecord.CLIENT_SEQ);
            context.traceFlow(TraceEvent.PROBE_HOLE, record, context.segment.ack, first, 0);
        }
        if (pending.phase[e] != Phase.PROVISIONAL) {
            provisional(e, record);
        }
    }

    private void provisional(int e, long record) {
        pending.phase[e] = Phase.PROVISIONAL;
        context.flows.setCondition(record, FlowRecord.state(record) | FlowRecord.UNCONFIRMED);
        context.sendHeld(e, record, null);
        context.wake(e, COPY_NS);
    }

    /** A fitting segment has come from the server that the record names. */
    private long adopt(int e, long record) {
        context.traceFlow(TraceEvent.PROBE_ADOPTED, record, context.segment.seq, context.segment.ack, 0);
        if (pending.countedAt[e] != FlowRecord.server(record)) {
            context.count(Counter.RECONSTRUCTED_PROBE);
            context.flows.countConnection(record);
        }
        context.confirm(record);
        forgetCopies(e);
        context.sendHeld(e, record, null);
        context.release(e, null);
        return record;
    }

    /**
     * Another server than the one that is being asked has sent a segment of the flow: it owns it, if its numbers fit.
     *
     * @return as above
     */
    long fromOtherServer(int e, long record, int server, FrameBatch batch, int i) {
        Phase phase = pending.phase[e];
        boolean asking = phase == Phase.PROBING || phase == Phase.PROVISIONAL || phase == Phase.SEARCHING;
        boolean owns = Numbers.fit(record, context.segment) && !Numbers.leavesHole(record, context.segment);
        if (!asking || !owns || context.flows.hasTwin(record, server)) {
            context.drop(batch, i, Counter.DROP_STALE);
            return 0;
        }
        boolean asked = phase == Phase.PROBING;
        context.flows.reassign(record, server);
        if (asked) {
            sendCopies(e, record); // they went to somebody else
        }
        return adopt(e, record);
    }

    private void sendCopies(int e, long record) {
        for (int n = 0; n < held.count(e); n++) {
            if (held.isCopy(e, n) && held.thaw(e, n, context.worker.egress.pool())) {
                context.forwarder.toServer(held.one, held.burst, 0, record, Counter.PROBE_SENT);
            }
        }
    }

    /** Waits for the client's next segment, to go on asking with. */
    void search(int e, long record) {
        pending.phase[e] = Phase.SEARCHING;
        context.flows.setCondition(record, FlowRecord.state(record) | FlowRecord.UNCONFIRMED);
        context.wake(e, SEARCH_NS);
    }

    /** The deadline of an entry in one of this class's phases is over. */
    void due(int e) {
        long record = context.recordOf(e);
        if (record == 0) {
            context.release(e, Counter.DROP_HELD);
            return;
        }
        switch (pending.phase[e]) {
            case PROBING -> silent(e, record);
            case PROVISIONAL -> {
                forgetCopies(e);
                context.wake(e, COPY_NS); // until the record is gone or somebody is heard
            }
            default -> {
                context.flows.expire(record);
                context.release(e, null);
            }
        }
    }

    /** The server that was asked has not answered in time. */
    private void silent(int e, long record) {
        if (pending.again[e]) {
            pending.exclude(e, FlowRecord.server(record));
            askNext(e, record);
            return;
        }
        context.count(Counter.PROBE_PROVISIONAL);
        context.traceFlow(TraceEvent.PROBE_PROVISIONAL, record, 0, 0, 0);
        provisional(e, record);
    }
}
