package io.weir.perf.pipeline;

import io.weir.bindings.steering.FlowHash;
import io.weir.engine.packet.Transport;
import io.weir.engine.worker.InMemoryNode;

/**
 * A number of TCP flows through an in-memory node, each from a client endpoint of its own: opens them by a full
 * handshake, remembers which server each got, in one byte a flow, and writes packets of either direction.
 */
final class FlowPopulation {
    private static final int BURST = 64;

    private final InMemoryNode node;
    private final Dialogue dialogue;
    private final int workers;
    private final byte[] serverOf;

    FlowPopulation(InMemoryNode node, int workers, Farm farm, int flows) {
        this.node = node;
        this.workers = workers;
        this.dialogue = new Dialogue(farm);
        this.serverOf = new byte[flows];
    }

    int size() {
        return serverOf.length;
    }

    /** The worker that owns a flow. */
    int owner(int flow) {
        long hash = node.hasher().hash(dialogue.clientHi(), dialogue.clientLo(flow), Dialogue.clientPort(flow));
        return FlowHash.owner(hash, workers);
    }

    /** Opens all flows of a node with one worker. */
    void open() {
        int[] flows = new int[BURST];
        for (int first = 0; first < size(); first += BURST) {
            int n = Math.min(BURST, size() - first);
            for (int i = 0; i < n; i++) {
                flows[i] = first + i;
            }
            handshake(new WorkerPorts(node, 0), flows, 0, n);
        }
    }

    /** Opens some flows, which this worker owns. */
    void open(int worker, int[] flows) {
        WorkerPorts ports = new WorkerPorts(node, worker);
        for (int first = 0; first < flows.length; first += BURST) {
            handshake(ports, flows, first, Math.min(BURST, flows.length - first));
        }
    }

    private void handshake(WorkerPorts ports, int[] flows, int first, int n) {
        for (int i = 0; i < n; i++) {
            long frame = ports.pool.allocate();
            ports.front.inject(frame, fromClient(frame, flows[first + i], Transport.SYN), 0);
        }
        pass(ports, n);
        for (int i = 0; i < n; i++) {
            int flow = flows[first + i];
            long frame = ports.back.sentAddress();
            serverOf[flow] = (byte) dialogue.serverOf(frame, flow);
            ports.pool.release(frame);
            ports.back.takeSent();
        }
        for (int i = 0; i < n; i++) {
            long frame = ports.pool.allocate();
            ports.back.inject(frame, fromServer(frame, flows[first + i], Transport.SYN | Transport.ACK), 0);
        }
        pass(ports, n);
        ports.drain();
        for (int i = 0; i < n; i++) {
            long frame = ports.pool.allocate();
            ports.front.inject(frame, fromClient(frame, flows[first + i], Transport.ACK), 0);
        }
        pass(ports, n);
        ports.drain();
    }

    private static void pass(WorkerPorts ports, int n) {
        ports.publish();
        ports.worker.doWork();
        if (ports.front.sent() + ports.back.sent() != n) {
            throw new IllegalStateException("a packet of the set-up was not forwarded");
        }
    }

    /** Writes a client's segment without payload: the shortest frame there is. */
    int fromClient(long frame, int flow, int flags) {
        return dialogue.fromClient(frame, flow, flags, 0);
    }

    /** Writes a segment of the flow's server. */
    int fromServer(long frame, int flow, int flags) {
        return dialogue.fromServer(frame, serverOf[flow], flow, flags);
    }
}
