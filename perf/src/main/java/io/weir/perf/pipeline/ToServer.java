package io.weir.perf.pipeline;

import io.weir.engine.packet.Transport;

/** Clients' packets of flows that are open, drawn uniformly at random: what every way of forwarding has. */
final class ToServer extends OpenFlows {
    private final Dialogue dialogue;
    private final int flows;

    ToServer(WorkerPorts ports, Dialogue dialogue, JumpingClock clock, int flows) {
        super(ports, clock);
        this.dialogue = dialogue;
        this.flows = flows;
    }

    /** Opens all flows, as far as that takes their clients alone. */
    void open() {
        for (int flags : new int[] {Transport.SYN, Transport.ACK}) {
            for (int first = 0; first < flows; first += BURST) {
                int n = Math.min(BURST, flows - first);
                for (int i = 0; i < n; i++) {
                    inject(first + i, flags);
                }
                ports.publish();
                ports.worker.doWork();
                if (ports.drain() != n) {
                    throw new IllegalStateException("a packet of the set-up was not forwarded");
                }
            }
        }
    }

    private void inject(int flow, int flags) {
        long frame = ports.pool.allocate();
        ports.front.inject(frame, dialogue.fromClient(frame, flow, flags, 0), 0);
    }

    @Override
    public void offer() {
        for (int i = 0; i < BURST; i++) {
            inject(random.nextInt(flows), Transport.ACK);
        }
        ports.publish();
    }
}
