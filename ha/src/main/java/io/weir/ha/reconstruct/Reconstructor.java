package io.weir.ha.reconstruct;

import io.weir.bindings.Mem;
import io.weir.engine.counters.Counter;
import io.weir.engine.counters.WorkerCounters;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.flow.TcpState;
import io.weir.engine.packet.Burst;
import io.weir.engine.packet.Transport;
import io.weir.engine.port.FrameBatch;
import io.weir.engine.service.Forwarding;
import io.weir.engine.service.ReconstructionPolicy.Mode;
import io.weir.engine.trace.FlowTrace;
import io.weir.engine.trace.TraceEvent;
import io.weir.engine.worker.DeadlineWheel;
import io.weir.engine.worker.Flows;
import io.weir.engine.worker.UnknownFlowHandler;
import io.weir.engine.worker.WorkerParts;
import io.weir.ha.reconstruct.PendingFlows.Phase;

/**
 * The plan: which packet of which flow goes to which means, and in which order the means are tried. One a worker.
 *
 * <pre>
 *                      client's segment, no record             server's packet, no record
 *   reconstruct = full    derive, probe, replay, refuse            learn
 *                 adopt   derive, probe,         refuse            learn
 *                 replay  payload: replay, refuse; else schedule   to the kernel
 *                 off     refuse                                   to the kernel
 *
 *   full NAT                full, replay: replay, refuse; else refuse   to the kernel
 *   answers pass elsewhere  off: refuse; else derive, drop              –
 * </pre>
 *
 * <p>Under full NAT a flow's server knows it by an endpoint of the node that had it, which nobody knows any more.
 * Of a flow whose answers pass elsewhere (DR) nothing else would do: a wrong server's RST would reach the client.
 *
 * <p>What a flow's {@linkplain FlowRecord#CONDITION condition} makes of a packet:
 *
 * <table>
 * <caption>Conditions</caption>
 * <tr><th>condition</th><th>client's</th><th>server's</th></tr>
 * <tr><td>plain, quiet</td><td>{@link ServerDeath}</td><td>–</td></tr>
 * <tr><td>unconfirmed or pending, with an entry</td><td>{@link Probe}, {@link Replay}, {@link Learning}, by the entry's
 * phase</td><td>likewise</td></tr>
 * <tr><td>unconfirmed, derived or scheduled</td><td>goes on; the first again: {@link Doubt}</td><td>confirms, or shows that it was wrong</td></tr>
 * <tr><td>unconfirmed, derived, answers pass elsewhere</td><td>confirms</td><td>–</td></tr>
 * <tr><td>unconfirmed, learned</td><td>confirms, or {@link Doubt}</td><td>goes on</td></tr>
 * <tr><td>translated</td><td>{@link ServerDeath}; older than the replay: refused</td><td>SYN-ACK again: ACK again</td></tr>
 * <tr><td>condemned</td><td>{@link ServerDeath}</td><td>is pardoned</td></tr>
 * </table>
 */
final class Reconstructor implements UnknownFlowHandler {
    private static final int DUE_A_CYCLE = 64;

    /** Turns in which all is read that was in the rings: full bursts of a full ring, both as large as by default. */
    private static final int CATCH_UP_TURNS = 64;

    /** How far the numbers of a translated flow may run on before the point of its replay is moved after them. */
    private static final int POINT_AHEAD = 1 << 30;

    private static final int POINT_STEP = 1 << 29;

    private final ReconstructionContext context;
    private final Refusal refusal;
    private final Derivation derivation;
    private final Replay replay;
    private final Probe probe;
    private final Doubt doubt;
    private final Learning learning;
    private final ServerDeath serverDeath;
    private long received;
    private int busyTurns;

    Reconstructor(WorkerParts parts, ReconstructionSettings settings, HopQueries queries, FlowTrace trace) {
        context = new ReconstructionContext(parts, settings, trace);
        refusal = new Refusal(context);
        derivation = new Derivation(context);
        replay = new Replay(context, refusal);
        probe = new Probe(context, replay, refusal);
        doubt = new Doubt(context, probe);
        learning = new Learning(context, probe, parts.toKernel(), queries);
        serverDeath = new ServerDeath(context, replay, refusal);
    }

    @Override
    public long fromClient(FrameBatch batch, Burst burst, int i, int service, long hash) {
        Segment s = context.segment;
        s.read(batch, burst, i);
        int ports = burst.ports(i);
        long key = FlowRecord.key(ports >>> 16, ports & 0xffff, service, burst.protocol(i));
        Mode mode = context.policy(key).mode();
        context.traceClient(
                TraceEvent.UNKNOWN_CLIENT, burst, i, key, ReconstructionContext.NOBODY, s.seq, s.ack, s.payload);
        if (mode == Mode.OFF || context.worker.table.owners[service] == null) {
            refusal.refuse(batch, burst, i, key, Counter.DROP_NO_FLOW);
        } else if (!context.rate.take(context.worker.nowNs)) {
            context.drop(batch, i, Counter.DROP_RECONSTRUCT_RATE);
        } else if (context.worker.table.forwardings[service] == Forwarding.FULLNAT) {
            if (mode.replays()) {
                replay.begin(batch, burst, i, hash, key);
            } else {
                refusal.refuse(batch, burst, i, key, Counter.DROP_NO_FLOW);
            }
        } else if (!context.worker.table.forwardings[service].answersPass()) {
            if (mode == Mode.REPLAY || !derivation.derive(batch, burst, i, service, hash, key)) {
                context.drop(batch, i, Counter.DROP_NOT_DERIVED);
            }
        } else if (mode == Mode.REPLAY) {
            if (s.payload == 0) {
                return schedule(batch, burst, i, service, hash, key);
            }
            replay.begin(batch, burst, i, hash, key);
        } else if (!derivation.derive(batch, burst, i, service, hash, key)) {
            probe.begin(batch, burst, i, service, hash, key);
        }
        return 0;
    }

    /** The source document's way with what has no payload: a plain flow of whichever server's turn it is. */
    private long schedule(FrameBatch batch, Burst burst, int i, int service, long hash, long key) {
        long record = context.flows.create(service, hash, burst.sourceHi(i), burst.sourceLo(i), key);
        if (record == Flows.NO_SERVER) {
            refusal.noServer(batch, burst, i, key);
        } else if (record < 0) {
            boolean full = record == Flows.TABLE_FULL;
            context.drop(batch, i, full ? Counter.DROP_TABLE_FULL : Counter.DROP_TUPLE_CONFLICT);
        } else {
            context.flows.setCondition(record, TcpState.ESTABLISHED.ordinal() | FlowRecord.UNCONFIRMED);
            Numbers.first(record, context.segment);
            context.traceFlow(TraceEvent.SCHEDULED, record, 0, 0, 0);
            context.forwarder.toServer(batch, burst, i, record, Counter.FORWARDED_TO_SERVER);
        }
        return 0;
    }

    @Override
    public long fromServer(FrameBatch batch, Burst burst, int i, int endpoint, long hash) {
        return learning.learn(batch, burst, i, endpoint, hash);
    }

    @Override
    public long ofFlowFromClient(FrameBatch batch, Burst burst, int i, long record) {
        int condition = FlowRecord.condition(record);
        if (condition <= FlowRecord.STATE_MASK) {
            return serverDeath.takes(batch, burst, i, record) ? 0 : record;
        }
        if ((burst.traits(i) & Burst.LATER_FRAGMENT) != 0) {
            return laterFragment(batch, burst, i, record, true);
        }
        if ((condition & FlowRecord.CONDEMNED) != 0) {
            if (serverDeath.condemned(batch, burst, i, record)) {
                return 0;
            }
            condition = FlowRecord.condition(record);
        }
        if ((condition & FlowRecord.TRANSLATED) != 0) {
            return translatedFromClient(batch, burst, i, record);
        }
        if ((condition & (FlowRecord.UNCONFIRMED | FlowRecord.PENDING)) == 0) {
            return record;
        }
        if (burst.protocol(i) != Transport.TCP) {
            context.confirm(record);
            return record;
        }
        return unsureFromClient(batch, burst, i, record);
    }

    /** A client's segment of a flow that is unconfirmed or pending. */
    private long unsureFromClient(FrameBatch batch, Burst burst, int i, long record) {
        Segment s = context.segment;
        s.read(batch, burst, i);
        int e = context.entryOf(record);
        boolean heard = (Mem.getU8(record + FlowRecord.FLAGS) & FlowRecord.FLAG_SERVER_HEARD) != 0;
        if (s.has(Transport.SYN) && !s.has(Transport.ACK)) {
            return anew(batch, burst, i, record, e);
        }
        if (s.has(Transport.RST) && e != PendingFlows.NONE && !heard) {
            context.traceFlow(TraceEvent.CLIENT_RST, record, 0, 0, 0);
            context.flows.expire(record);
            context.release(e, Counter.DROP_HELD);
            context.drop(batch, i, Counter.DROP_RST_NO_FLOW);
            return 0;
        }
        if (heard) {
            return learnedFromClient(batch, burst, i, record, e);
        }
        if (!context.worker.table.answersPass(FlowRecord.server(record))) {
            context.confirm(record); // a second segment: more will never be heard
            return record;
        }
        if (e == PendingFlows.NONE) {
            if ((FlowRecord.condition(record) & FlowRecord.PENDING) != 0) {
                context.flows.expire(record); // its entry is gone: the client's next segment begins anew
                context.drop(batch, i, Counter.DROP_PENDING);
                return 0;
            }
            guessedFromClient(batch, burst, i, record);
        } else if (context.pending.phase[e] == Phase.CONNECTING) {
            context.hold(e, batch, i);
        } else {
            probe.fromClient(e, record, batch, burst, i);
        }
        return 0;
    }

    /** A client's segment of a flow that was derived or scheduled, and whose server has said nothing yet. */
    private void guessedFromClient(FrameBatch batch, Burst burst, int i, long record) {
        Segment s = context.segment;
        boolean adopts =
                context.policy(Mem.getLong(record + FlowRecord.KEY)).mode().adopts();
        if (adopts && Numbers.isFirstAgain(record, s)) {
            doubt.silent(record, batch, burst, i);
            return;
        }
        Numbers.note(record, s);
        context.forwarder.toServer(batch, burst, i, record, Counter.FORWARDED_TO_SERVER);
    }

    /** A client that opens another connection has none to be reconstructed. */
    private long anew(FrameBatch batch, Burst burst, int i, long record, int e) {
        context.traceFlow(TraceEvent.CLIENT_SYN, record, 0, 0, 0);
        context.flows.expire(record);
        if (e != PendingFlows.NONE) {
            context.release(e, Counter.DROP_HELD);
        }
        long key = Mem.getLong(record + FlowRecord.KEY);
        int service = PendingFlows.service(key);
        long created = context.flows.create(service, burst.hash(i), burst.sourceHi(i), burst.sourceLo(i), key);
        if (created > 0) {
            return created;
        }
        context.drop(batch, i, Counter.DROP_NO_SERVER);
        return 0;
    }

    /** The client of a learned flow is heard, and so the way to it is known. */
    private long learnedFromClient(FrameBatch batch, Burst burst, int i, long record, int e) {
        boolean fits = Numbers.clientAfterServer(record, context.segment) || context.segment.has(Transport.RST);
        if (fits) {
            context.traceFlow(TraceEvent.CONFIRMED, record, 0, 0, 0);
            if (e == PendingFlows.NONE) {
                context.confirm(record);
                return record;
            }
        }
        long hash = burst.hash(i);
        context.forwarder.toServer(batch, burst, i, record, Counter.FORWARDED_TO_SERVER);
        if (e != PendingFlows.NONE) {
            learning.flush(e, record);
        }
        if (fits) {
            context.confirm(record);
        } else {
            Mem.putU8(record + FlowRecord.FLAGS, Mem.getU8(record + FlowRecord.FLAGS) & ~FlowRecord.FLAG_SERVER_HEARD);
            doubt.misses(record, hash);
        }
        return 0;
    }

    private long translatedFromClient(FrameBatch batch, Burst burst, int i, long record) {
        if (serverDeath.takes(batch, burst, i, record)) {
            return 0;
        }
        Segment s = context.segment;
        s.read(batch, burst, i);
        int point = Mem.getInt(record + FlowRecord.REPLAY_POINT);
        int beyond = s.seq - point;
        if (beyond < 0 && s.isSentAgain() && !s.has(Transport.SYN)) {
            context.traceFlow(TraceEvent.REPLAY_OLD, record, s.seq, point, 0);
            context.count(Counter.RECONSTRUCTED_REFUSE);
            refusal.refuse(batch, burst, i, record, PendingFlows.NONE, Counter.DROP_BEFORE_REPLAY);
            return 0;
        }
        if (beyond > POINT_AHEAD) {
            Mem.putInt(record + FlowRecord.REPLAY_POINT, point + POINT_STEP);
        }
        return record;
    }

    @Override
    public long ofFlowFromServer(FrameBatch batch, Burst burst, int i, long record) {
        int condition = FlowRecord.condition(record);
        if ((condition & FlowRecord.CONDEMNED) != 0) {
            serverDeath.pardon(record);
            condition = FlowRecord.condition(record);
        }
        if ((burst.traits(i) & Burst.LATER_FRAGMENT) != 0) {
            return laterFragment(batch, burst, i, record, false);
        }
        if ((condition & (FlowRecord.UNCONFIRMED | FlowRecord.PENDING)) != 0) {
            return unsureFromServer(batch, burst, i, record);
        }
        if ((condition & FlowRecord.TRANSLATED) != 0 && (burst.tcpFlags(i) & Transport.SYN) != 0) {
            context.segment.read(batch, burst, i);
            replay.acknowledgeAgain(record, batch, i);
            return 0;
        }
        return record;
    }

    /** A server's packet of a flow that is unconfirmed or pending. */
    private long unsureFromServer(FrameBatch batch, Burst burst, int i, long record) {
        if ((Mem.getU8(record + FlowRecord.FLAGS) & FlowRecord.FLAG_SERVER_HEARD) != 0) {
            return learning.forward(batch, burst, i, record);
        }
        Segment s = context.segment;
        s.read(batch, burst, i);
        int e = context.entryOf(record);
        if (e != PendingFlows.NONE) {
            if (context.pending.phase[e] != Phase.CONNECTING) {
                return probe.fromServer(e, record, batch, burst, i);
            }
            replay.fromServer(e, record, batch, i);
            return 0;
        }
        boolean guessed =
                context.policy(Mem.getLong(record + FlowRecord.KEY)).mode().adopts();
        if (guessed && s.has(Transport.RST)) {
            doubt.disowned(record, batch, burst, i, Counter.DROP_PROBE_RST);
            return 0;
        }
        if (guessed && !Numbers.fit(record, s)) {
            doubt.disowned(record, batch, burst, i, Counter.DROP_PROBE_MISFIT);
            return 0;
        }
        if (guessed && Numbers.leavesHole(record, s)) {
            doubt.misses(record, burst.hash(i));
            context.forwarder.toClient(batch, burst, i, record);
            return 0;
        }
        context.traceFlow(TraceEvent.CONFIRMED, record, 0, 0, 0);
        context.confirm(record);
        return record;
    }

    /** A fragment without a header goes where the flow's segments go, if they go anywhere. */
    private long laterFragment(FrameBatch batch, Burst burst, int i, long record, boolean fromClient) {
        int condition = FlowRecord.condition(record);
        if ((condition & (FlowRecord.PENDING | FlowRecord.CONDEMNED)) != 0) {
            context.drop(batch, i, Counter.DROP_PENDING);
        } else if ((condition & FlowRecord.TRANSLATED) != 0) {
            return record;
        } else if (fromClient) {
            context.forwarder.toServer(batch, burst, i, record, Counter.FORWARDED_TO_SERVER);
        } else {
            context.forwarder.toClient(batch, burst, i, record);
        }
        return 0;
    }

    @Override
    public int doWork() {
        int work = learning.takeAnswers();
        if (mayHaveMoreToRead()) {
            return work;
        }
        for (int n = 0; n < DUE_A_CYCLE; n++) {
            int e = context.deadlines.poll(context.worker.nowNs);
            if (e == DeadlineWheel.NONE) {
                break;
            }
            switch (context.pending.phase[e]) {
                case CONNECTING -> replay.due(e);
                case ROUTING -> learning.due(e);
                default -> probe.due(e);
            }
            work++;
        }
        return work;
    }

    /**
     * Whether answers that came in time may still be unread. A worker that got no processor for a while finds deadlines that
     * are over, and more in its rings than a burst; what lies there unread must not be taken for silence.
     */
    private boolean mayHaveMoreToRead() {
        WorkerCounters counters = context.worker.counters;
        long all = counters.get(Counter.RX_FRAMES) + counters.get(Counter.HANDOFF_IN);
        if (all == received) {
            busyTurns = 0;
            return false;
        }
        received = all;
        busyTurns = Math.min(busyTurns + 1, CATCH_UP_TURNS);
        return busyTurns < CATCH_UP_TURNS;
    }

    @Override
    public void forgetAll() {
        for (int e = 0; e < context.settings.pending(); e++) {
            if (context.pending.phase[e] != Phase.FREE) {
                context.release(e, Counter.DROP_NOT_MASTER);
            }
        }
    }
}
