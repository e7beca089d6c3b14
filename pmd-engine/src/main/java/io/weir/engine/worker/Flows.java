package io.weir.engine.worker;

import io.weir.bindings.Mem;
import io.weir.bindings.steering.FlowHash;
import io.weir.engine.counters.Counter;
import io.weir.engine.counters.ServerStats;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.flow.FlowTable;
import io.weir.engine.flow.LocalPorts;
import io.weir.engine.flow.TcpState;
import io.weir.engine.flow.TcpTransitions;
import io.weir.engine.packet.Ipv4;
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
    /** {@link #create} found no free port of the node's own addresses. */
    public static final long NO_LOCAL_PORT = -3;

    private static final int ESTABLISHED = TcpState.ESTABLISHED.ordinal();
    private static final int UDP = TcpState.UDP.ordinal();
    private static final int TIME_WAIT = TcpState.TIME_WAIT.ordinal();
    private static final int CLOSE = TcpState.CLOSE.ordinal();
    private static final int CONFLICT_TRIES = 4;

    private final WorkerContext context;
    private final FlowTable table;
    private final FlowSweep sweep;
    private long forgetAt;

    /**
     * @param context the worker's
     */
    public Flows(WorkerContext context) {
        this.context = context;
        this.table = context.flows;
        this.sweep = new FlowSweep(context, this);
    }

    /** Whether a record's time is over, though it may not have been swept yet. */
    public boolean isExpired(long record) {
        return context.age(record) >= context.times.expiry(FlowRecord.condition(record));
    }

    /**
     * Finds the flow that a local port is used for.
     *
     * @param local number of the local address
     * @return a record that is not over, or 0
     */
    public long atLocalPort(int local, int port) {
        LocalPorts ports = context.localPorts;
        int entry = ports.find(local, port);
        if (entry == LocalPorts.NONE) {
            return 0;
        }
        long hi = ports.clientHi(entry);
        long lo = ports.clientLo(entry);
        long key = ports.key(entry);
        long record = table.find(context.hasher.hash(hi, lo, (int) (key >>> 48)), hi, lo, key);
        return record != 0
                        && FlowRecord.localPort(record) == port
                        && FlowRecord.localAddress(record) == local
                        && !isExpired(record)
                ? record
                : 0;
    }

    /** Whether a SYN on this flow begins another connection: the client reuses its port (IPVS conn_reuse_mode 1). */
    public static boolean isReusable(int state) {
        return state == TIME_WAIT || state == CLOSE;
    }

    /**
     * Schedules a new flow.
     *
     * @param probed what {@link FlowTable#probe} has just returned for it: no record, or one whose time is over, or one
     *     that a SYN may begin anew
     * @return the record's address, or one of the constants above
     */
    public long create(int service, long probed, long hash, long clientHi, long clientLo, long key) {
        ServiceTable services = context.table;
        int[] slots = services.slotAt[service];
        Scheduler scheduler = services.schedulers[context.worker][service];
        if (slots == null || scheduler == null) {
            return NO_SERVER;
        }
        int clientPort = (int) (key >>> 48);
        int virtualPort = (int) (key >>> 32) & 0xffff;
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
            if (services.isFullNat(server)) {
                return createFullNat(probed, hash, clientHi, clientLo, key, server);
            }
            if (!mayHaveTwin(probed, hash, clientHi, clientLo, clientPort, virtualPort, server)) {
                long record = place(probed, clientHi, clientLo, key, server, firstState(key));
                if (record != TABLE_FULL) {
                    countConnection(record);
                }
                return record;
            }
        }
        return TUPLE_CONFLICT;
    }

    private static int firstState(long key) {
        return (int) (key >>> 8 & 0xff) == Transport.UDP ? UDP : TcpState.NONE.ordinal();
    }

    /** A flow whose server knows the client by an endpoint of the node's own: nothing can be its twin. */
    private long createFullNat(long probed, long hash, long clientHi, long clientLo, long key, int server) {
        if (FlowTable.isFree(probed) && table.size() >= table.capacity()) {
            return TABLE_FULL;
        }
        int local = takeLocal(server, hash, clientHi, clientLo, key);
        if (local == LocalPorts.NONE) {
            return NO_LOCAL_PORT;
        }
        long record = place(probed, clientHi, clientLo, key, server, firstState(key));
        setLocal(record, local);
        countConnection(record);
        return record;
    }

    /**
     * Takes an endpoint of the node's own for a flow.
     *
     * @param server slot of the server that is to know the client by it
     * @return number of the address and port, for {@link #setLocal}, or {@link LocalPorts#NONE}: all are in use
     */
    public int takeLocal(int server, long hash, long clientHi, long clientLo, long key) {
        ServiceTable services = context.table;
        int[] addresses = Ipv4.isMapped(services.serverHi(server), services.serverLo(server))
                ? services.localV4
                : services.localV6;
        int first = FlowHash.owner(hash << 32, addresses.length); // the upper half has chosen the worker
        for (int n = 0; n < addresses.length; n++) {
            int address = addresses[first + n < addresses.length ? first + n : first + n - addresses.length];
            int port = context.localPorts.allocate(address, clientHi, clientLo, key, context.nowNs);
            if (port != LocalPorts.NONE) {
                return address << 16 | port;
            }
        }
        return LocalPorts.NONE;
    }

    /** Notes in a flow's record what {@link #takeLocal} has given. */
    public void setLocal(long record, int local) {
        int flags = Mem.getU8(record + FlowRecord.FLAGS) & (1 << FlowRecord.LOCAL_ADDRESS_SHIFT) - 1;
        Mem.putU8(record + FlowRecord.FLAGS, flags | local >>> 16 << FlowRecord.LOCAL_ADDRESS_SHIFT);
        Mem.putU16(record + FlowRecord.LOCAL_PORT, local & 0xffff);
    }

    /** Makes the record, in place of an old one or in a free slot. */
    private long place(long probed, long clientHi, long clientLo, long key, int server, int condition) {
        long record = probed;
        if (FlowTable.isFree(probed)) {
            record = table.insert(probed, clientHi, clientLo, key);
            if (record == 0) {
                return TABLE_FULL;
            }
            sweep.owe();
        } else {
            uncount(record, Counter.FLOWS_EXPIRED);
        }
        begin(record, server, condition);
        return record;
    }

    /** Sets all of a record but its key. */
    private void begin(long record, int server, int condition) {
        Mem.putInt(record + FlowRecord.SERVER, server);
        Mem.putInt(record + FlowRecord.LAST_SEEN, context.clientMs);
        for (int word = FlowRecord.CLIENT_HOP; word < FlowRecord.BYTES; word += Long.BYTES) {
            Mem.putLong(record + word, 0); // nothing of a connection before it stays
        }
        boolean active = isActive(condition & FlowRecord.STATE_MASK);
        Mem.putU8(record + FlowRecord.CONDITION, condition);
        Mem.putU8(record + FlowRecord.FLAGS, active ? FlowRecord.FLAG_ACTIVE : 0);
        long line = context.stats.line(context.worker, server);
        ServerStats.addInt(line, active ? ServerStats.ACTIVE : ServerStats.INACTIVE, 1);
        context.counters.increment(Counter.FLOWS_CREATED);
        context.counters.add(Counter.FLOWS, 1);
        if (!context.table.answersPass(server)) {
            context.news.begun(record);
        }
    }

    private static boolean isActive(int state) {
        return state == ESTABLISHED || state == UDP;
    }

    /** Schedules a new flow that was not looked for yet; as above. */
    public long create(int service, long hash, long clientHi, long clientLo, long key) {
        return create(service, table.probe(hash, clientHi, clientLo, key), hash, clientHi, clientLo, key);
    }

    /**
     * Makes a record of a flow that began before this node knew it. It does not count as a connection of its server yet.
     *
     * @param key of the flow, of which there is no record, or one whose time is over
     * @param server slot of the server that it is given to
     * @param condition state and the bits above
     * @param direct whether the server knows the client by its own endpoint, not by a local one
     * @return the record's address, {@link #TABLE_FULL}, or {@link #TUPLE_CONFLICT}: the server's replies would look like
     *     those of another flow
     */
    public long adopt(long hash, long clientHi, long clientLo, long key, int server, int condition, boolean direct) {
        long probed = table.probe(hash, clientHi, clientLo, key);
        int virtualPort = (int) (key >>> 32) & 0xffff;
        return direct && mayHaveTwin(probed, hash, clientHi, clientLo, (int) (key >>> 48), virtualPort, server)
                ? TUPLE_CONFLICT
                : place(probed, clientHi, clientLo, key, server, condition);
    }

    /** Counts a connection of the record's server. */
    public void countConnection(long record) {
        ServerStats.add(context.stats.line(context.worker, FlowRecord.server(record)), ServerStats.CONNECTIONS, 1);
    }

    /** Gives a flow to another server; its connection there is not counted yet. */
    public void reassign(long record, int server) {
        int word = isCountedActive(record) ? ServerStats.ACTIVE : ServerStats.INACTIVE;
        ServerStats.addInt(context.stats.line(context.worker, FlowRecord.server(record)), word, -1);
        ServerStats.addInt(context.stats.line(context.worker, server), word, 1);
        if (!context.table.answersPass(FlowRecord.server(record))) {
            context.news.ended(record);
        }
        Mem.putInt(record + FlowRecord.SERVER, server);
        if (!context.table.answersPass(server)) {
            context.news.begun(record);
        }
    }

    /** Whether another flow of the same client endpoint holds the same server endpoint. */
    public boolean hasTwin(long record, int server) {
        return hasTwin(
                record,
                context.hasher.hash(record),
                Mem.getLong(record + FlowRecord.CLIENT_HI),
                Mem.getLong(record + FlowRecord.CLIENT_LO),
                FlowRecord.clientPort(record),
                FlowRecord.virtualPort(record),
                server);
    }

    /** The same of a flow that is to be made; most clients' endpoints have one flow, and the table need not be asked. */
    private boolean mayHaveTwin(
            long probed, long hash, long clientHi, long clientLo, int clientPort, int virtualPort, int server) {
        return (probed & (FlowTable.FREE | FlowTable.SHARED)) != FlowTable.FREE
                && hasTwin(probed, hash, clientHi, clientLo, clientPort, virtualPort, server);
    }

    private boolean hasTwin(
            long record, long hash, long clientHi, long clientLo, int clientPort, int virtualPort, int server) {
        ServiceTable services = context.table;
        int wildPort = services.serverPort(server) == 0 ? virtualPort : -1;
        long twin = table.findPlainByServer(
                hash, clientHi, clientLo, clientPort, services.endpointOf[server], services.endpointOf, wildPort);
        return twin != 0 && twin != record;
    }

    /** Ends a flow at once; its record is free for another with the same key, and removed by the next sweep. */
    public void expire(long record) {
        releasePort(record);
        setCondition(record, CLOSE);
        Mem.putInt(record + FlowRecord.LAST_SEEN, context.clientMs - context.times.expiry(CLOSE) - 1);
    }

    /** A packet of a plain flow was seen: refreshes its time and moves a TCP flow by the segment's flags. */
    public void seen(long record, int direction, int tcpFlags) {
        boolean server = direction == TcpTransitions.FROM_SERVER;
        Mem.putInt(record + FlowRecord.LAST_SEEN, server ? context.serverMs : context.clientMs);
        int state = FlowRecord.condition(record);
        if (state == ESTABLISHED && (tcpFlags & (Transport.SYN | Transport.FIN | Transport.RST)) == 0) {
            return; // what nearly every packet is
        }
        if (state != UDP) {
            int next = TcpTransitions.next(variant(direction, record), tcpFlags, state);
            if (next != state) {
                setCondition(record, next);
            }
        }
    }

    /** The same of a flow in whatever condition, of which it changes the state alone. */
    public void seenSlowPath(long record, int direction, int tcpFlags) {
        boolean server = direction == TcpTransitions.FROM_SERVER;
        Mem.putInt(record + FlowRecord.LAST_SEEN, server ? context.serverMs : context.clientMs);
        int condition = FlowRecord.condition(record);
        int state = condition & FlowRecord.STATE_MASK;
        if (state != UDP) {
            int next = TcpTransitions.next(variant(direction, record), tcpFlags, state);
            setCondition(record, condition - state | next);
        }
    }

    /** Whose answers do not pass here has a table of transitions of its own. */
    private int variant(int direction, long record) {
        return direction == TcpTransitions.FROM_CLIENT && !context.table.answersPass(FlowRecord.server(record))
                ? TcpTransitions.FROM_CLIENT_ONLY
                : direction;
    }

    /** Sets a flow's condition, and counts it as active of its server or not as its state says. */
    public void setCondition(long record, int condition) {
        Mem.putU8(record + FlowRecord.CONDITION, condition);
        boolean active = isActive(condition & FlowRecord.STATE_MASK);
        int flags = Mem.getU8(record + FlowRecord.FLAGS);
        if (active != ((flags & FlowRecord.FLAG_ACTIVE) != 0)) {
            Mem.putU8(record + FlowRecord.FLAGS, flags ^ FlowRecord.FLAG_ACTIVE);
            long line = context.stats.line(context.worker, FlowRecord.server(record));
            ServerStats.move(line, active);
        }
    }

    private static boolean isCountedActive(long record) {
        return (Mem.getU8(record + FlowRecord.FLAGS) & FlowRecord.FLAG_ACTIVE) != 0;
    }

    private void uncount(long record, Counter why) {
        long line = context.stats.line(context.worker, FlowRecord.server(record));
        ServerStats.addInt(line, isCountedActive(record) ? ServerStats.ACTIVE : ServerStats.INACTIVE, -1);
        context.counters.add(Counter.FLOWS, -1);
        context.counters.increment(why);
        if (!context.table.answersPass(FlowRecord.server(record))) {
            context.news.ended(record);
        }
        releasePort(record);
    }

    /** Gives back the local port of a flow that has one. */
    public void releasePort(long record) {
        int port = FlowRecord.localPort(record);
        if (port != 0) {
            context.localPorts.release(FlowRecord.localAddress(record), port, context.nowNs);
            Mem.putU16(record + FlowRecord.LOCAL_PORT, 0);
        }
    }

    /** Removes flows whose time is over, as {@link FlowSweep#due} says. Between bursts only: removal moves records. */
    public int sweepDue(int atMost) {
        return sweep.due(atMost);
    }

    /** Removes a flow, whatever its state. Between bursts only: removal moves records. */
    public void end(long record) {
        uncount(record, Counter.FLOWS_EXPIRED);
        table.remove(record, context.hasher);
    }

    /**
     * Forgets flows, all of them when called often enough. From the first call until the last no record can be found.
     *
     * @param slots slots to look at
     * @return whether the table is empty
     */
    boolean forgetSome(int slots) {
        context.news.forget();
        for (int n = 0; n < slots && table.size() > 0; n++) {
            long slot = table.slot(forgetAt);
            forgetAt = forgetAt + 1 < table.slots() ? forgetAt + 1 : 0;
            if (Mem.getLong(slot + FlowRecord.KEY) != 0) {
                uncount(slot, Counter.FLOWS_FORGOTTEN);
                table.forget(slot);
            }
        }
        return table.size() == 0;
    }
}
