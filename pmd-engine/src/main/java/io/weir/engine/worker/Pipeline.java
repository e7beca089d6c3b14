package io.weir.engine.worker;

import io.weir.bindings.Mem;
import io.weir.bindings.steering.FlowHash;
import io.weir.bindings.steering.NatPorts;
import io.weir.engine.counters.Counter;
import io.weir.engine.flow.FlowHasher;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.flow.FlowTable;
import io.weir.engine.flow.FlowTimes;
import io.weir.engine.flow.TcpTransitions;
import io.weir.engine.forward.NatForwarder;
import io.weir.engine.forward.PortFacts;
import io.weir.engine.forward.TranslatedForwarder;
import io.weir.engine.packet.Burst;
import io.weir.engine.packet.Parser;
import io.weir.engine.packet.Transport;
import io.weir.engine.port.FrameBatch;
import io.weir.engine.service.NextHop;
import io.weir.engine.service.ServiceTable;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A burst's way through a worker, stage by stage over the whole burst: parse, classify, hand off, touch, match, resolve
 * what missed, forward. The stages are apart so that the cache misses of the look-ups overlap.
 *
 * <p>Owned by one worker. {@link #process} consumes every frame of the batch: each is sent, handed off, given to the
 * kernel, or dropped and counted.
 */
public final class Pipeline {
    /** The frame has been consumed. */
    public static final int GONE = 0;
    /** A client's packet to a service: {@link Burst#subject} is the service. */
    public static final int FROM_CLIENT = 1;
    /** A real server's packet: {@link Burst#subject} is the endpoint. */
    public static final int FROM_SERVER = 2;
    /** Anything else; {@link LocalPath} finds out. */
    public static final int LOCAL = 3;

    /** Names of the stages whose times {@link #processTimed} takes. */
    public static final List<String> STAGES = List.of("parse", "classify", "hand-off", "touch", "match", "forward");

    private final WorkerContext context;
    private final FlowTable table;
    private final FlowHasher hasher;
    private final FlowTimes times;
    private final Flows flows;
    private final NatForwarder nat;
    private final TranslatedForwarder translated;
    private final LocalPath local;
    private final FlowForwarder forwarder;
    private final MissPath misses;
    private final HandOff handOff;
    private final Burst burst;
    /** 0, 1, 2 …: where every frame of a batch is still there. */
    private final int[] every;
    /** Positions of the frames that are still there, in order, and of those that other workers get. */
    private final int[] kept;

    private final int[] leaving;

    /**
     * @param context the worker's
     * @param parts the stages' collaborators
     * @param handOff rings to the other workers
     * @param burstSize frames at most in a batch
     */
    public Pipeline(WorkerContext context, PipelineParts parts, HandOff handOff, int burstSize) {
        this.context = context;
        this.table = context.flows;
        this.hasher = context.hasher;
        this.times = context.times;
        this.flows = parts.flows();
        this.nat = parts.nat();
        this.translated = parts.translated();
        this.local = parts.local();
        this.forwarder = parts.forwarder();
        this.misses = parts.misses();
        this.handOff = handOff;
        this.burst = new Burst(burstSize);
        this.every = IntStream.range(0, burstSize).toArray();
        this.kept = new int[burstSize];
        this.leaving = new int[burstSize];
    }

    /** Takes a batch all the way and leaves it empty. */
    public void process(FrameBatch batch) {
        Parser.parse(batch, burst);
        boolean rest = classify(batch);
        if (rest) {
            localSlowPath(batch);
        }
        boolean whole = context.workers == 1 && !rest;
        int n = whole ? batch.size : gather(batch);
        int[] frames = whole ? every : kept;
        touch(frames, n);
        if (match(frames, n)) {
            missSlowPath(batch, frames, n);
        }
        forward(batch, frames, n);
        batch.clear();
    }

    /**
     * Does what {@link #process} does and takes the time of each stage: for benchmarks.
     *
     * @param nanos receives the nanoseconds of this batch, in the order of {@link #STAGES}
     */
    public void processTimed(FrameBatch batch, long[] nanos) {
        long begin = System.nanoTime();
        Parser.parse(batch, burst);
        begin = lap(nanos, 0, begin);
        boolean rest = classify(batch);
        if (rest) {
            localSlowPath(batch);
        }
        begin = lap(nanos, 1, begin);
        boolean whole = context.workers == 1 && !rest;
        int n = whole ? batch.size : gather(batch);
        int[] frames = whole ? every : kept;
        begin = lap(nanos, 2, begin);
        touch(frames, n);
        begin = lap(nanos, 3, begin);
        if (match(frames, n)) {
            missSlowPath(batch, frames, n);
        }
        begin = lap(nanos, 4, begin);
        forward(batch, frames, n);
        lap(nanos, 5, begin);
        batch.clear();
    }

    private static long lap(long[] nanos, int stage, long begin) {
        long now = System.nanoTime();
        nanos[stage] = now - begin;
        return now;
    }

    /** Whose packet is it? Returns whether some are for {@link LocalPath}. */
    private boolean classify(FrameBatch batch) {
        final Burst b = burst;
        final ServiceTable services = context.table;
        final long[] portMac = context.ports.mac();
        boolean rest = false;
        for (int i = 0, n = batch.size; i < n; i++) {
            int kind = b.kind(i);
            if (kind != Burst.KIND_DROP && b.station(i) != portMac[batch.port[i]]) {
                kind = otherDestination(batch, i, kind);
            }
            if (kind != Burst.KIND_PORTS || (b.traits(i) & Burst.FIRST_FRAGMENT) != 0 || !classify(b, services, i)) {
                b.setVerdict(i, LOCAL);
                rest = true;
            }
        }
        return rest;
    }

    /** Not to this device's address: only questions to all, ARP and neighbour discovery, concern this node. */
    private int otherDestination(FrameBatch batch, int i, int kind) {
        boolean group = (Mem.getU8(batch.address[i]) & 1) != 0;
        if (group && (kind == Burst.KIND_ARP || kind == Burst.KIND_ICMP)) {
            return kind;
        }
        burst.setKind(i, Burst.KIND_DROP);
        burst.setDrop(i, Counter.DROP_OTHER_HOST.ordinal());
        return Burst.KIND_DROP;
    }

    /** Classifies a packet whose ports are known; returns false when it is neither to a service nor from a server. */
    boolean classify(Burst b, ServiceTable services, int i) {
        int ports = b.ports(i);
        int protocol = b.protocol(i);
        int service = services.service(b.destinationHi(i), b.destinationLo(i), ports & 0xffff, protocol);
        if (service >= 0) {
            b.setVerdict(i, FROM_CLIENT);
            b.setSubject(i, service);
            b.setClientPort(i, ports >>> 16);
            b.setHash(i, hasher.hash(b.sourceHi(i), b.sourceLo(i), ports >>> 16));
            return true;
        }
        int endpoint = services.endpoint(b.sourceHi(i), b.sourceLo(i), ports >>> 16, protocol);
        if (endpoint >= 0) {
            b.setVerdict(i, FROM_SERVER);
            b.setSubject(i, endpoint);
            b.setClientPort(i, ports & 0xffff);
            long hash = services.mayBeNat(b.destinationLo(i)) ? natHash(b, services, i) : 0;
            b.setHash(i, hash != 0 ? hash : hasher.hash(b.destinationHi(i), b.destinationLo(i), ports & 0xffff));
            return true;
        }
        return false;
    }

    /** What stands for the hash of a packet to a local port, whose owner follows from the port; 0: it is none. */
    private long natHash(Burst b, ServiceTable services, int i) {
        NatPorts natPorts = context.settings.natPorts();
        int port = b.ports(i) & 0xffff;
        if (!natPorts.contains(port) || services.nat(b.destinationHi(i), b.destinationLo(i)) < 0) {
            return 0;
        }
        return FlowHash.hashOwnedBy(natPorts.owner(port, context.workers), context.workers) | port;
    }

    private void localSlowPath(FrameBatch batch) {
        for (int i = 0; i < batch.size; i++) {
            if (burst.verdict(i) == LOCAL) {
                local.handle(batch, burst, i, this);
            }
        }
    }

    /**
     * Finds the frames that are still there, and hands those of other workers' flows over. Without a branch on whose
     * they are, as that is anybody's guess: a frame is written to both lists, and counted in one or none.
     *
     * @return how many of {@link #kept} there are
     */
    private int gather(FrameBatch batch) {
        final Burst b = burst;
        final int[] mine = kept;
        final int[] others = leaving;
        final int worker = context.worker;
        final int workers = context.workers;
        int own = 0;
        int foreign = 0;
        for (int i = 0, n = batch.size; i < n; i++) {
            int there = (GONE - b.verdict(i)) >>> 31;
            int other = FlowHash.owner(b.hash(i), workers) ^ worker;
            int away = (other | -other) >>> 31 & there;
            mine[own] = i;
            others[foreign] = i;
            own += there - away;
            foreign += away;
        }
        for (int k = 0; k < foreign; k++) {
            int i = others[k];
            handOffTo(FlowHash.owner(b.hash(i), workers), batch, i);
        }
        return own;
    }

    /** Gives frame {@code i} to another worker, or drops it when that one does not keep up. */
    void handOffTo(int owner, FrameBatch batch, int i) {
        burst.setVerdict(i, GONE);
        long frame = batch.address[i];
        int length = batch.length[i];
        long kept = context.egress.pool().retain(frame, length);
        if (kept == 0) {
            context.egress.drop(frame, Counter.DROP_NO_FRAME);
            return;
        }
        int hint = burst.ports(i);
        if (handOff.offer(context.worker, owner, kept, length, batch.port[i], batch.flags[i], hint)) {
            context.counters.increment(Counter.HANDOFF_OUT);
        } else {
            context.egress.drop(kept, Counter.DROP_HANDOFF_FULL);
        }
    }

    /**
     * Loads the first slot of every flow's home pair, and then, of those flows that are not there, the second: with no
     * branch that waits for a load, so that the misses overlap.
     */
    private void touch(int[] frames, int size) {
        final Burst b = burst;
        final FlowTable t = table;
        for (int k = 0; k < size; k++) {
            int i = frames[k];
            long home = t.home(b.hash(i));
            b.setRecord(i, FlowTable.candidate(home, Mem.getLong(home + FlowRecord.KEY), b.clientPort(i)));
        }
        for (int k = 0; k < size; k++) {
            int i = frames[k];
            b.setCandidateKey(i, Mem.getLong(b.record(i) + FlowRecord.KEY));
        }
    }

    /** Finds the flows' records. Returns whether some were not found. */
    private boolean match(int[] frames, int size) {
        final Burst b = burst;
        boolean missed = false;
        for (int k = 0; k < size; k++) {
            int i = frames[k];
            int verdict = b.verdict(i);
            long record = verdict == FROM_CLIENT ? matchClient(b, i) : matchServer(b, i);
            if (record != 0 && !isCurrent(b, i, record, verdict)) {
                record = 0;
            }
            b.setRecord(i, record);
            missed |= record == 0;
        }
        return missed;
    }

    private long matchClient(Burst b, int i) {
        int ports = b.ports(i);
        long key = FlowRecord.key(ports >>> 16, ports & 0xffff, b.subject(i), b.protocol(i));
        long hi = b.sourceHi(i);
        long lo = b.sourceLo(i);
        long candidate = b.record(i);
        return FlowTable.isOf(candidate, hi, lo, key) ? candidate : table.find(b.hash(i), hi, lo, key);
    }

    private long matchServer(Burst b, int i) {
        int ports = b.ports(i);
        int endpoint = b.subject(i);
        int virtualPort = context.table.serverPort(endpoint) == 0 ? ports >>> 16 : -1;
        int clientPort = ports & 0xffff;
        int[] endpointOf = context.table.endpointOf;
        long hi = b.destinationHi(i);
        long lo = b.destinationLo(i);
        long candidate = b.record(i);
        return FlowTable.isServersOf(candidate, hi, lo, clientPort, endpoint, endpointOf, virtualPort)
                ? candidate
                : table.findByServer(b.hash(i), hi, lo, clientPort, endpoint, endpointOf, virtualPort);
    }

    /** Whether a packet may simply be forwarded by a record: the flow is plain, not over, and no SYN reuses its port. */
    private boolean isCurrent(Burst b, int i, long record, int verdict) {
        int condition = FlowRecord.condition(record);
        if (context.age(record) >= times.attention(condition)) {
            return isCurrentSlowPath(record, condition, verdict);
        }
        return verdict != FROM_CLIENT || !Flows.isReusable(condition) || !isSyn(b.tcpFlags(i));
    }

    /** The same of a flow that was quiet or is in a special condition; a client's packet may show that its server is dead. */
    private boolean isCurrentSlowPath(long record, int condition, int verdict) {
        if (condition > FlowRecord.STATE_MASK || flows.isExpired(record)) {
            return false;
        }
        if (verdict != FROM_CLIENT) {
            Mem.putInt(record + FlowRecord.REPEATS, 0);
            return true;
        }
        return !context.table.watchesServers(FlowRecord.service(record));
    }

    /** Whether a segment with these flags opens a TCP connection. */
    static boolean isSyn(int flags) {
        return (flags & (Transport.SYN | Transport.ACK | Transport.RST | Transport.FIN)) == Transport.SYN;
    }

    private void missSlowPath(FrameBatch batch, int[] frames, int size) {
        for (int k = 0; k < size; k++) {
            int i = frames[k];
            if (burst.record(i) == 0) {
                burst.setRecord(i, misses.resolve(batch, burst, i));
                if (burst.record(i) == 0) {
                    burst.setVerdict(i, GONE);
                }
            }
        }
    }

    private void forward(FrameBatch batch, int[] frames, int size) {
        final Burst b = burst;
        int toServer = 0;
        int toClient = 0;
        for (int k = 0; k < size; k++) {
            int i = frames[k];
            int verdict = b.verdict(i);
            if (verdict == FROM_CLIENT) {
                toServer += forwardToServer(batch, b, i);
            } else if (verdict == FROM_SERVER) {
                toClient += forwardToClient(batch, b, i);
            }
        }
        if (toServer != 0) {
            context.counters.add(Counter.FORWARDED_TO_SERVER, toServer);
        }
        if (toClient != 0) {
            context.counters.add(Counter.FORWARDED_TO_CLIENT, toClient);
        }
    }

    private int forwardToServer(FrameBatch batch, Burst b, int i) {
        long record = b.record(i);
        local.rememberClient(batch, b, i, record);
        flows.seen(record, TcpTransitions.FROM_CLIENT, b.tcpFlags(i));
        NatForwarder.Outcome outcome = FlowRecord.localPort(record) == 0
                ? nat.toServer(batch, b, i, record, context.table, context.ports)
                : translated.toServer(batch, b, i, record, context.table, context.ports);
        return outcome == NatForwarder.Outcome.SENT || forwarder.throughTunnel(outcome, batch, b, i, record) ? 1 : 0;
    }

    private int forwardToClient(FrameBatch batch, Burst b, int i) {
        long record = b.record(i);
        flows.seen(record, TcpTransitions.FROM_SERVER, b.tcpFlags(i));
        PortFacts ports = context.ports;
        NatForwarder.Outcome outcome = FlowRecord.localPort(record) == 0
                ? nat.toClient(batch, b, i, record, context.table, ports)
                : translated.toClient(batch, b, i, record, context.table, ports);
        if (outcome != NatForwarder.Outcome.SENT) {
            local.obstacle(outcome, batch, b, i, mtu(ports, Mem.getLong(record + FlowRecord.CLIENT_HOP)));
            return 0;
        }
        return 1;
    }

    /** Longest packet that the port of a hop takes. */
    static int mtu(PortFacts ports, long hop) {
        return ports.mtu()[NextHop.port(hop)];
    }
}
