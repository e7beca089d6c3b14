package io.weir.engine.worker;

import io.weir.bindings.Mem;
import io.weir.engine.counters.Counter;
import io.weir.engine.flow.FlowRecord;
import io.weir.engine.flow.TcpTransitions;
import io.weir.engine.forward.NatForwarder;
import io.weir.engine.forward.TranslatedForwarder;
import io.weir.engine.forward.TunnelForwarder;
import io.weir.engine.packet.Burst;
import io.weir.engine.port.FrameBatch;

/**
 * Sends single packets of flows on, whatever the flow's condition: what the pipeline's last stage does for bursts of plain
 * ones. Owned by one worker; consumes the frames it is given.
 */
public final class FlowForwarder {
    private final WorkerContext context;
    private final Flows flows;
    private final NatForwarder nat;
    private final TranslatedForwarder translated;
    private final TunnelForwarder tunnels;
    private final LocalPath local;

    /** Its collaborators, all of the same worker. */
    FlowForwarder(
            WorkerContext context,
            Flows flows,
            NatForwarder nat,
            TranslatedForwarder translated,
            TunnelForwarder tunnels,
            LocalPath local) {
        this.context = context;
        this.flows = flows;
        this.nat = nat;
        this.translated = translated;
        this.tunnels = tunnels;
        this.local = local;
    }

    /**
     * Sends a client's packet to its flow's server, and remembers where the client is.
     *
     * @return whether it was sent; if not, why is counted
     */
    public boolean toServer(FrameBatch batch, Burst burst, int i, long record, Counter sent) {
        local.rememberClient(batch, burst, i, record);
        flows.seenSlowPath(record, TcpTransitions.FROM_CLIENT, burst.tcpFlags(i));
        NatForwarder.Outcome outcome = FlowRecord.localPort(record) != 0
                ? translated.toServer(batch, burst, i, record, context.table, context.ports)
                : nat.toServer(batch, burst, i, record, context.table, context.ports);
        if (outcome != NatForwarder.Outcome.SENT && !throughTunnel(outcome, batch, burst, i, record)) {
            return false;
        }
        context.counters.increment(sent);
        return true;
    }

    /**
     * A client's packet that was not simply sent to its flow's server goes through the tunnel that leads there, or its
     * sender learns what keeps it.
     *
     * @param outcome why it was not sent
     * @return whether it is sent now; if not, why is counted
     */
    boolean throughTunnel(NatForwarder.Outcome outcome, FrameBatch batch, Burst burst, int i, long record) {
        int server = FlowRecord.server(record);
        long tunnel = context.table.tunnel(server);
        if (tunnel == 0) {
            local.obstacle(outcome, batch, burst, i, Pipeline.mtu(context.ports, context.table.nextHop(server)));
            return false;
        }
        NatForwarder.Outcome obstacle =
                tunnels.toServer(batch, burst, i, record, context.table, context.ports, context.nowMs);
        if (obstacle == NatForwarder.Outcome.SENT) {
            return true;
        }
        boolean ipv6 = (burst.traits(i) & Burst.IPV6) != 0;
        local.obstacle(obstacle, batch, burst, i, TunnelForwarder.mtu(tunnel, context.ports, ipv6));
        return false;
    }

    /**
     * Sends a server's packet to its flow's client.
     *
     * @return whether it was sent; if not, why is counted
     */
    public boolean toClient(FrameBatch batch, Burst burst, int i, long record) {
        flows.seenSlowPath(record, TcpTransitions.FROM_SERVER, burst.tcpFlags(i));
        NatForwarder.Outcome outcome = FlowRecord.localPort(record) != 0
                ? translated.toClient(batch, burst, i, record, context.table, context.ports)
                : nat.toClient(batch, burst, i, record, context.table, context.ports);
        if (outcome != NatForwarder.Outcome.SENT) {
            local.obstacle(
                    outcome, batch, burst, i, Pipeline.mtu(context.ports, Mem.getLong(record + FlowRecord.CLIENT_HOP)));
            return false;
        }
        context.counters.increment(Counter.FORWARDED_TO_CLIENT);
        return true;
    }
}
