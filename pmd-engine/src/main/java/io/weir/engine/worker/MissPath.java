package io.weir.engine.worker;

import io.weir.engine.counters.Counter;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.flow.FlowTable;
import io.weir.engine.forward.Rejecter;
import io.weir.engine.packet.Burst;
import io.weir.engine.packet.Transport;
import io.weir.engine.port.FrameBatch;
import io.weir.engine.service.EndpointIndex;
import io.weir.engine.service.ServiceTable;

/**
 * What happens to a packet whose flow has no record: a client's SYN or datagram is scheduled; anything else is for the
 * {@link UnknownFlowHandler}. Owned by one worker.
 */
public final class MissPath {
    private final WorkerContext context;
    private final Flows flows;
    private final FlowForwarder forwarder;
    private final Rejecter rejecter;
    private final UnknownFlowHandler unknown;

    /**
     * @param context the worker's
     * @param flows creates records
     * @param forwarder sends packets of translated flows on
     * @param rejecter refuses what cannot be scheduled
     * @param unknown decides about the middle of unknown connections
     */
    public MissPath(
            WorkerContext context,
            Flows flows,
            FlowForwarder forwarder,
            Rejecter rejecter,
            UnknownFlowHandler unknown) {
        this.context = context;
        this.flows = flows;
        this.forwarder = forwarder;
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
        ServiceTable table = context.table;
        int ports = burst.ports(i);
        int local = table.mayBeNat(burst.destinationLo(i))
                        && context.settings.natPorts().contains(ports & 0xffff)
                ? table.nat(burst.destinationHi(i), burst.destinationLo(i))
                : EndpointIndex.ABSENT;
        if (local >= 0) {
            return toLocalPort(batch, burst, i, local);
        }
        int endpoint = burst.subject(i);
        int wildPort = table.serverPort(endpoint) == 0 ? ports >>> 16 : -1;
        long hi = burst.destinationHi(i);
        long lo = burst.destinationLo(i);
        int clientPort = ports & 0xffff;
        long record = context.flows.findPlainByServer(hash, hi, lo, clientPort, endpoint, table.endpointOf, wildPort);
        if (record == 0 || flows.isExpired(record)) {
            record = ofAllPorts(burst, i, hash);
        }
        if (record != 0) {
            return unknown.ofFlowFromServer(batch, burst, i, record);
        }
        record = context.flows.findByServer(hash, hi, lo, clientPort, endpoint, table.endpointOf, wildPort);
        if (record != 0 && !flows.isExpired(record)) {
            // a translated flow's server knows the client by another endpoint: this is of a connection before it
            context.egress.drop(batch.address[i], Counter.DROP_STALE);
            return 0;
        }
        return unknown.fromServer(batch, burst, i, endpoint, hash);
    }

    /** A server's packet to a connection of the node's own: its port tells the flow. */
    private long toLocalPort(FrameBatch batch, Burst burst, int i, int local) {
        long record = flows.atLocalPort(local, burst.ports(i) & 0xffff);
        if (record != 0 && isFrom(burst, i, record)) {
            return translated(batch, burst, i, unknown.ofFlowFromServer(batch, burst, i, record), Pipeline.FROM_SERVER);
        }
        context.egress.drop(batch.address[i], Counter.DROP_NAT_NO_FLOW);
        return 0;
    }

    /** Whether a packet to a local port comes from the server of the flow there. */
    private boolean isFrom(Burst burst, int i, long record) {
        ServiceTable table = context.table;
        int server = FlowRecord.server(record);
        int serverPort = table.serverPort(server);
        return burst.protocol(i) == FlowRecord.protocol(record)
                && burst.sourceLo(i) == table.serverLo(server)
                && burst.sourceHi(i) == table.serverHi(server)
                && burst.ports(i) >>> 16 == (serverPort == 0 ? FlowRecord.virtualPort(record) : serverPort);
    }

    /** Forwards a translated flow's packet, which the pipeline's last stage does not. */
    private long translated(FrameBatch batch, Burst burst, int i, long record, int verdict) {
        if (record == 0 || (FlowRecord.condition(record) & FlowRecord.TRANSLATED) == 0) {
            return record;
        }
        if (verdict == Pipeline.FROM_CLIENT) {
            forwarder.toServer(batch, burst, i, record, Counter.FORWARDED_TO_SERVER);
        } else {
            forwarder.toClient(batch, burst, i, record);
        }
        return 0;
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
        long known = context.flows.probe(hash, burst.sourceHi(i), burst.sourceLo(i), key);
        if (!FlowTable.isFree(known)
                && !flows.isExpired(known)
                && !(syn && Flows.isReusable(FlowRecord.state(known)))) {
            return translated(batch, burst, i, unknown.ofFlowFromClient(batch, burst, i, known), Pipeline.FROM_CLIENT);
        }
        if (burst.protocol(i) == Transport.TCP && !syn) {
            return midStream(batch, burst, i, service, hash);
        }
        long record = flows.create(service, known, hash, burst.sourceHi(i), burst.sourceLo(i), key);
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
        } else if (why == Flows.NO_LOCAL_PORT) {
            rejecter.refuse(batch, burst, i, context.ports, context.nowNs, Counter.DROP_NO_LOCAL_PORT);
        } else {
            long frame = batch.address[i];
            context.egress.drop(frame, why == Flows.TABLE_FULL ? Counter.DROP_TABLE_FULL : Counter.DROP_TUPLE_CONFLICT);
        }
        return 0;
    }
}
