package io.weir.engine.worker;

import io.weir.engine.counters.Counter;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.forward.Rejecter;
import io.weir.engine.packet.Burst;
import io.weir.engine.packet.Transport;
import io.weir.engine.port.FrameBatch;
import io.weir.engine.service.ServiceTable;

/**
 * What happens to a packet whose flow has no record: a client's SYN or datagram is scheduled; anything else is for the
 * {@link UnknownFlowHandler}. Owned by one worker.
 */
public final class MissPath {
    private final WorkerContext context;
    private final Flows flows;
    private final Rejecter rejecter;
    private final UnknownFlowHandler unknown;

    /**
     * @param context the worker's
     * @param flows creates records
     * @param rejecter refuses what cannot be scheduled
     * @param unknown decides about the middle of unknown connections
     */
    public MissPath(WorkerContext context, Flows flows, Rejecter rejecter, UnknownFlowHandler unknown) {
        this.context = context;
        this.flows = flows;
        this.rejecter = rejecter;
        this.unknown = unknown;
    }

    /** Returns a record by which to forward frame {@code i}, or 0: the frame is consumed. */
    long resolve(FrameBatch batch, Burst burst, int i) {
        long hash = burst.hash(i);
        return burst.verdict(i) == Pipeline.FROM_SERVER
                ? fromServer(batch, burst, i, hash)
                : fromClient(batch, burst, i, hash);
    }

    private long fromServer(FrameBatch batch, Burst burst, int i, long hash) {
        int endpoint = burst.subject(i);
        ServiceTable table = context.table;
        int ports = burst.ports(i);
        long record = context.flows.findByServer(
                hash,
                burst.destinationHi(i),
                burst.destinationLo(i),
                ports & 0xffff,
                endpoint,
                table.endpointOf,
                table.serverPort(endpoint) == 0 ? ports >>> 16 : -1);
        if (record == 0 || flows.isExpired(record)) {
            record = ofAllPorts(burst, i, hash);
        }
        return record != 0
                ? unknown.ofFlowFromServer(batch, burst, i, record)
                : unknown.fromServer(batch, burst, i, endpoint, hash);
    }

    private long fromClient(FrameBatch batch, Burst burst, int i, long hash) {
        if (Rejecter.isMartian(batch, burst, i) || context.table.owns(burst.sourceHi(i), burst.sourceLo(i))) {
            context.egress.drop(batch.address[i], Counter.DROP_MARTIAN);
            return 0;
        }
        int ports = burst.ports(i);
        int service = burst.subject(i);
        boolean syn = Pipeline.isSyn(burst.tcpFlags(i));
        // there may be a record: a special or quiet one, or the SYN was in the same burst
        long key = FlowRecord.key(ports >>> 16, ports & 0xffff, service, burst.protocol(i));
        long known = context.flows.find(hash, burst.sourceHi(i), burst.sourceLo(i), key);
        if (known != 0 && !flows.isExpired(known) && !(syn && Flows.isReusable(FlowRecord.state(known)))) {
            return unknown.ofFlowFromClient(batch, burst, i, known);
        }
        if (burst.protocol(i) == Transport.TCP && !syn) {
            return midStream(batch, burst, i, service, hash);
        }
        long record = flows.create(
                service,
                hash,
                burst.sourceHi(i),
                burst.sourceLo(i),
                ports >>> 16,
                ports & 0xffff,
                burst.protocol(i),
                syn);
        return record > 0 ? record : refuse(batch, burst, i, record);
    }

    /** A server whose port has an endpoint of its own may have sent this for a service that stands for all ports. */
    private long ofAllPorts(Burst burst, int i, long hash) {
        ServiceTable table = context.table;
        if (!table.anyPort) {
            return 0;
        }
        int endpoint = table.endpoints.find(burst.sourceHi(i), burst.sourceLo(i), 0, burst.protocol(i));
        if (endpoint < 0 || endpoint == burst.subject(i)) {
            return 0;
        }
        int ports = burst.ports(i);
        long record = context.flows.findByServer(
                hash,
                burst.destinationHi(i),
                burst.destinationLo(i),
                ports & 0xffff,
                endpoint,
                table.endpointOf,
                ports >>> 16);
        return record != 0 && !flows.isExpired(record) ? record : 0;
    }

    private long midStream(FrameBatch batch, Burst burst, int i, int service, long hash) {
        if ((burst.traits(i) & Burst.LATER_FRAGMENT) != 0) {
            context.egress.drop(batch.address[i], Counter.DROP_FRAGMENT);
            return 0;
        }
        if ((burst.tcpFlags(i) & Transport.RST) != 0) {
            context.egress.drop(batch.address[i], Counter.DROP_RST_NO_FLOW);
            return 0;
        }
        return unknown.fromClient(batch, burst, i, service, hash);
    }

    private long refuse(FrameBatch batch, Burst burst, int i, long why) {
        if (why == Flows.NO_SERVER) {
            rejecter.refuse(batch, burst, i, context.ports, context.nowNs, Counter.DROP_NO_SERVER);
        } else {
            long frame = batch.address[i];
            context.egress.drop(frame, why == Flows.TABLE_FULL ? Counter.DROP_TABLE_FULL : Counter.DROP_TUPLE_CONFLICT);
        }
        return 0;
    }
}
