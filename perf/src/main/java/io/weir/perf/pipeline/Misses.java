package io.weir.perf.pipeline;

import io.weir.engine.packet.Transport;
import java.util.concurrent.TimeUnit;

/**
 * First packets only, each of a client that has no flow: SYNs, or datagrams. Nobody answers; the flows time out at the
 * rate at which they come, so that the table stays as full as it is.
 */
final class Misses implements Workload {
    private static final int PAYLOAD = 18; // the shortest frame there is

    private final WorkerPorts ports;
    private final Dialogue dialogue;
    private final JumpingClock clock;
    private final boolean udp;
    private final long stepNs;
    private long client;

    /**
     * @param flows in the table, in the long run
     * @param timeoutMs after which one of them is over
     */
    Misses(WorkerPorts ports, Dialogue dialogue, JumpingClock clock, boolean udp, int flows, int timeoutMs) {
        this.ports = ports;
        this.dialogue = dialogue;
        this.clock = clock;
        this.udp = udp;
        this.stepNs = TimeUnit.MILLISECONDS.toNanos(timeoutMs) / Math.max(1, flows / BURST);
    }

    /** Brings the table to where it stays. */
    void fill(long bursts) {
        for (long n = 0; n < bursts; n++) {
            offer();
            ports.worker.doWork();
            conclude();
        }
    }

    @Override
    public void offer() {
        for (int i = 0; i < BURST; i++) {
            long frame = ports.pool.allocate();
            long from = (client + i) % Dialogue.MOST_CLIENTS;
            int length =
                    udp ? dialogue.datagram(frame, from, PAYLOAD) : dialogue.fromClient(frame, from, Transport.SYN, 0);
            ports.front.inject(frame, length, 0);
        }
        ports.publish();
    }

    @Override
    public void conclude() {
        ports.drain();
        client += BURST;
        clock.advance(stepNs);
    }
}
