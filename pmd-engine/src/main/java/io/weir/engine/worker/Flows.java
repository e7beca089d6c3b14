package io.weir.engine.worker;

import io.weir.bindings.Mem;
import io.weir.engine.counters.Counter;
import io.weir.engine.counters.ServerStats;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.flow.FlowTable;
import io.weir.engine.flow.TcpState;
import io.weir.engine.flow.TcpTransitions;
import io.weir.engine.packet.Transport;
import io.weir.engine.service.ServiceTable;
import io.weir.scheduler.Scheduler;
import io.weir.scheduler.Schedulers;

/**
 * The life of a worker's flows: scheduled at the first packet, moved between states by later ones, removed when their
 * state's timeout is over. Keeps the servers' counts of active and inactive connections in step.
 */
public final class Flows {
    /** {@link #create} found no server that takes connections. */
    public static final long NO_SERVER = 0;
    /** {@link #create} found no room in the table. */
    public static final long TABLE_FULL = -1;
    /** {@link #create} found only servers that would make two flows look the same in the servers' replies. */
    public static final long TUPLE_CONFLICT = -2;

    private static final int ESTABLISHED = TcpState.ESTABLISHED.ordinal();
    private static final int UDP = TcpState.UDP.ordinal();
    private static final int CONFLICT_TRIES = 4;
    private static final long SWEEP_SLOTS_PER_SECOND = 1 << 21;

    private final WorkerContext context;
    private final FlowTable table;
    private final int[] timeoutMs;
    private long sweptNs;
    private boolean sweeping;

    /**
     * @param context the worker's
     */
    public Flows(WorkerContext context) {
        this.context = context;
        this.table = context.flows;
        this.timeoutMs = context.settings.timeoutMs();
    }

    /** Whether a record's time is over, though it may not have been swept yet. */
    public boolean isExpired(long record) {
        return context.nowMs - Mem.getInt(record + FlowRecord.LAST_SEEN) >= timeoutMs[FlowRecord.state(record)];
    }

    /** Whether a SYN on this flow begins another connection: the client reuses its port (IPVS conn_reuse_mode 1). */
    public static boolean isReusable(int state) {
        return state == TcpState.TIME_WAIT.ordinal() || state == TcpState.CLOSE.ordinal();
    }

    /**
     * Schedules a new flow, or finds that it exists by now.
     *
     * @param restart an existing record begins anew: a SYN reuses the port
     * @return the record's address, or one of the constants above
     */
    public long create(
            int service,
            long hash,
            long clientHi,
            long clientLo,
            int clientPort,
            int virtualPort,
            int protocol,
            boolean restart) {
        ServiceTable services = context.table;
        long key = FlowRecord.key(clientPort, virtualPort, service, protocol);
        long record = table.find(hash, clientHi, clientLo, key);
        if (record != 0 && !isExpired(record) && !(restart && isReusable(FlowRecord.state(record)))) {
            return record;
        }
        int[] slots = services.slotAt[service];
        Scheduler scheduler = services.schedulers[context.worker][service];
        if (slots == null || scheduler == null) {
            return NO_SERVER;
        }
        for (int attempt = 0; attempt < CONFLICT_TRIES; attempt++) {
            int position = Schedulers.choose(
                    scheduler,
                    clientHi,
                    clientLo,
                    clientPort,
                    services.virtualHi(service),
                    services.virtualLo(service),
                    virtualPort);
            if (position < 0) {
                return NO_SERVER;
            }
            int server = slots[position];
            int wildPort = services.serverPort(server) == 0 ? virtualPort : -1;
            long twin = table.findByServer(
                    hash, clientHi, clientLo, clientPort, services.endpointOf[server], services.endpointOf, wildPort);
            if (twin == 0 || twin == record) {
                return place(record, hash, clientHi, clientLo, key, server, protocol);
            }
        }
        return TUPLE_CONFLICT;
    }

    private long place(long existing, long hash, long clientHi, long clientLo, long key, int server, int protocol) {
        long record = existing;
        if (record != 0) {
            uncount(record);
        } else {
            record = table.insert(hash, clientHi, clientLo, key);
            if (record == 0) {
                return TABLE_FULL;
            }
        }
        boolean udp = protocol == Transport.UDP;
        Mem.putInt(record + FlowRecord.SERVER, server);
        Mem.putInt(record + FlowRecord.LAST_SEEN, context.nowMs);
        for (int word = FlowRecord.CLIENT_HOP; word < FlowRecord.BYTES; word += Long.BYTES) {
            Mem.putLong(record + word, 0); // nothing of a connection before it stays
        }
        Mem.putU8(record + FlowRecord.STATE, udp ? UDP : TcpState.NONE.ordinal());
        Mem.putU8(record + FlowRecord.FLAGS, udp ? FlowRecord.FLAG_ACTIVE : 0);
        long line = context.stats.line(context.worker, server);
        ServerStats.add(line, ServerStats.CONNECTIONS, 1);
        ServerStats.addInt(line, udp ? ServerStats.ACTIVE : ServerStats.INACTIVE, 1);
        context.counters.increment(Counter.FLOWS_CREATED);
        context.counters.add(Counter.FLOWS, 1);
        return record;
    }

    /** A packet of the flow was seen: refreshes its time and moves a TCP flow by the segment's flags. */
    public void seen(long record, int direction, int tcpFlags) {
        Mem.putInt(record + FlowRecord.LAST_SEEN, context.nowMs);
        int state = FlowRecord.state(record);
        if (state != UDP) {
            int next = TcpTransitions.next(direction, tcpFlags, state);
            if (next != state) {
                changeState(record, next);
            }
        }
    }

    private void changeState(long record, int state) {
        Mem.putU8(record + FlowRecord.STATE, state);
        boolean active = state == ESTABLISHED;
        int flags = Mem.getU8(record + FlowRecord.FLAGS);
        if (active != ((flags & FlowRecord.FLAG_ACTIVE) != 0)) {
            Mem.putU8(record + FlowRecord.FLAGS, flags ^ FlowRecord.FLAG_ACTIVE);
            long line = context.stats.line(context.worker, FlowRecord.server(record));
            ServerStats.move(line, active);
        }
    }

    private void uncount(long record) {
        boolean active = (Mem.getU8(record + FlowRecord.FLAGS) & FlowRecord.FLAG_ACTIVE) != 0;
        long line = context.stats.line(context.worker, FlowRecord.server(record));
        ServerStats.addInt(line, active ? ServerStats.ACTIVE : ServerStats.INACTIVE, -1);
        context.counters.add(Counter.FLOWS, -1);
        context.counters.increment(Counter.FLOWS_EXPIRED);
    }

    /**
     * Looks at the slots that are due by now and removes the flows whose time is over. Between bursts only: removal
     * moves records.
     *
     * @param atMost slots to look at, however many are due: bounds the cycle's length
     * @return flows removed
     */
    public int sweepDue(int atMost) {
        long elapsed = context.nowNs - sweptNs;
        if (!sweeping || elapsed > 1_000_000_000L) {
            sweeping = true;
            sweptNs = context.nowNs - 1_000_000L;
            elapsed = 1_000_000L;
        }
        long due = Math.min(atMost, elapsed * SWEEP_SLOTS_PER_SECOND / 1_000_000_000L);
        if (due == 0) {
            return 0;
        }
        sweptNs = due == atMost ? context.nowNs : sweptNs + due * 1_000_000_000L / SWEEP_SLOTS_PER_SECOND;
        return table.size() == 0 ? 0 : sweep((int) due);
    }

    /** Looks at so many slots, wherever the last sweep ended. Returns flows removed. */
    public int sweep(int slots) {
        int removed = 0;
        for (int n = 0; n < slots; n++) {
            long slot = table.sweepSlot();
            if (Mem.getLong(slot + FlowRecord.KEY) == 0 || !isExpired(slot)) {
                table.sweepNext();
            } else {
                end(slot);
                removed++;
            }
        }
        return removed;
    }

    /** Removes a flow, whatever its state. Between bursts only: removal moves records. */
    public void end(long record) {
        uncount(record);
        table.remove(record, context.hasher);
    }
}
