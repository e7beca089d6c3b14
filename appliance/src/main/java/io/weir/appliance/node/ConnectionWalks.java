package io.weir.appliance.node;

import io.weir.appliance.admin.Connection;
import io.weir.appliance.admin.ConnectionQuery;
import io.weir.appliance.admin.Unavailable;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.packet.Transport;
import io.weir.engine.service.ServiceRegistry;
import io.weir.engine.service.ServiceRegistry.Slot;
import io.weir.engine.worker.CopiedFlow;
import io.weir.engine.worker.CopyFlows;
import io.weir.engine.worker.Worker;
import io.weir.scheduler.Endpoint;
import io.weir.scheduler.IpAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Looks connections up in the workers' tables, one query at a time and one worker after another, by {@link CopyFlows}.
 * Between two queries there is as long a pause as the first one took, so that the workers' sweeps, which wait for a walk,
 * have their share whatever is asked. Control thread only.
 */
final class ConnectionWalks {
    private static final int WAITING = 4;
    private static final long GIVE_UP_NS = TimeUnit.SECONDS.toNanos(5);

    private static final class Walk {
        private final ConnectionQuery query;
        private final CompletableFuture<List<Connection>> result;
        private final CopyFlows.Filter filter;
        private final long[] rows;
        private final List<Connection> found = new ArrayList<>();
        private long beganNs;
        private int worker = -1;
        private CopyFlows command;

        private Walk(ConnectionQuery query, int service, CompletableFuture<List<Connection>> result) {
            IpAddress network = query.network().orElse(new IpAddress(0, 0));
            long hi = query.network().isPresent() ? query.maskHi() : 0;
            long lo = query.network().isPresent() ? query.maskLo() : 0;
            this.query = query;
            this.result = result;
            this.filter =
                    new CopyFlows.Filter(network.hi() & hi, network.lo() & lo, hi, lo, query.clientPort(), service);
            this.rows = new long[query.limit() * CopyFlows.ROW];
        }
    }

    private final ServiceRegistry registry;
    private final List<Worker> workers;
    private final Deque<Walk> waiting = new ArrayDeque<>();
    private Walk walk;
    private long restUntilNs;

    ConnectionWalks(ServiceRegistry registry, List<Worker> workers, long nowNs) {
        this.registry = registry;
        this.workers = workers;
        this.restUntilNs = nowNs;
    }

    /**
     * Begins a query, or queues it.
     *
     * @param service the service's number, or -1 for all
     * @param result completed at the walk's end
     */
    void begin(ConnectionQuery query, int service, CompletableFuture<List<Connection>> result) {
        if (waiting.size() >= WAITING) {
            result.completeExceptionally(new Unavailable("too many queries of connections wait already"));
        } else {
            waiting.add(new Walk(query, service, result));
        }
    }

    /** Looks whether a worker has done its part, and asks the next. */
    int turn(long nowNs) {
        if (walk == null) {
            if (waiting.isEmpty() || restUntilNs - nowNs > 0) {
                return 0;
            }
            walk = waiting.poll();
            walk.beganNs = nowNs;
        }
        if (walk.command != null && walk.command.isDone()) {
            take();
        } else if (nowNs - walk.beganNs > GIVE_UP_NS) {
            walk.result.completeExceptionally(new Unavailable("the workers do not answer"));
            rest(nowNs);
            return 1;
        }
        if (walk.command == null && !next()) {
            walk.result.complete(List.copyOf(walk.found));
            rest(nowNs);
        }
        return 1;
    }

    /** Asks the next worker; false when there is none, or nothing more is wanted. */
    private boolean next() {
        if (walk.worker + 1 == workers.size() || walk.found.size() == walk.query.limit()) {
            return false;
        }
        CopyFlows command = new CopyFlows(walk.filter, walk.rows, walk.found.size());
        if (workers.get(walk.worker + 1).offer(command)) {
            walk.worker++;
            walk.command = command;
        }
        return true;
    }

    private void take() {
        Map<Integer, Slot> slots = new HashMap<>();
        registry.slots().forEach(slot -> slots.put(slot.number(), slot));
        for (int row = walk.command.begin(); row < walk.command.end(); row++) {
            CopiedFlow flow = walk.command.row(row);
            Slot slot = slots.get(flow.server());
            if (slot != null) { // else the flow has ended meanwhile, and its server has been forgotten
                walk.found.add(connection(flow, slot));
            }
        }
        walk.command = null;
    }

    private void rest(long nowNs) {
        restUntilNs = nowNs + (nowNs - walk.beganNs);
        walk = null;
    }

    private static Connection connection(CopiedFlow flow, Slot slot) {
        int serverPort =
                slot.server().port() == 0 ? flow.virtualPort() : slot.server().port();
        return new Connection(
                new Endpoint(flow.client(), flow.clientPort()),
                new Endpoint(slot.service().address(), flow.virtualPort()),
                new Endpoint(slot.server().address(), serverPort),
                slot.service().name(),
                slot.server().id(),
                flow.protocol() == Transport.TCP ? "tcp" : "udp",
                flow.state(),
                flow.expiresMs(),
                traits(flow.condition()),
                (flow.condition() & FlowRecord.TRANSLATED) == 0 ? 0 : flow.localPort());
    }

    private static List<String> traits(int condition) {
        List<String> traits = new ArrayList<>();
        if ((condition & FlowRecord.UNCONFIRMED) != 0) {
            traits.add("unconfirmed");
        }
        if ((condition & FlowRecord.PENDING) != 0) {
            traits.add("pending");
        }
        if ((condition & FlowRecord.TRANSLATED) != 0) {
            traits.add("translated");
        }
        if ((condition & FlowRecord.CONDEMNED) != 0) {
            traits.add("condemned");
        }
        return traits;
    }
}
