package io.weir.perf.pipeline;

import io.weir.engine.packet.Transport;
import java.util.concurrent.TimeUnit;

/**
 * Connections from the first packet to the last, each from a client endpoint that has no flow.
 *
 * <pre>
 *   client                     server
 *     | SYN                      |    scheduled, flow made
 *     |            SYN, ACK      |
 *     | ACK                      |    established
 *     | PSH, ACK  request        |
 *     | FIN, ACK                 |
 *     |            FIN, ACK      |    time-wait
 *     | ACK                      |
 * </pre>
 *
 * A burst is one step of 64 connections. Up to 4096 connections are open at once, in groups of 64 whose steps take turns,
 * so that a connection's record comes from further away than the nearest cache at each step. Closed ones wait for the
 * end of TIME_WAIT, while time passes so that as many end as are opened; the worker's sweep removes them, in the timed
 * cycles.
 */
final class Connections implements Workload {
    /** Packets of a connection. */
    static final int PACKETS = 7;

    private static final int MOST_GROUPS = 64;
    private static final int REQUEST = 64;
    private static final int[] FLAGS = {
        Transport.SYN,
        Transport.SYN | Transport.ACK,
        Transport.ACK,
        Transport.PSH | Transport.ACK,
        Transport.FIN | Transport.ACK,
        Transport.FIN | Transport.ACK,
        Transport.ACK
    };
    private static final boolean[] BY_SERVER = {false, true, false, false, false, true, false};
    private static final int REQUEST_STEP = 3;

    private final WorkerPorts ports;
    private final Dialogue dialogue;
    private final JumpingClock clock;
    private final long stepNs;
    private final int groups;
    private final long[] firstClient;
    private final int[] step;
    private final byte[] serverOf;
    private int turn;
    private long nextClient;

    /**
     * @param closed connections in TIME_WAIT, in the long run
     * @param timeoutMs of TIME_WAIT
     */
    Connections(WorkerPorts ports, Dialogue dialogue, JumpingClock clock, int closed, int timeoutMs) {
        this.ports = ports;
        this.dialogue = dialogue;
        this.clock = clock;
        this.groups = openGroups(closed);
        this.stepNs = TimeUnit.MILLISECONDS.toNanos(timeoutMs) * BURST / ((long) PACKETS * Math.max(BURST, closed));
        this.firstClient = new long[groups];
        this.step = new int[groups];
        this.serverOf = new byte[groups * BURST];
    }

    private static int openGroups(int closed) {
        return Math.clamp(closed / BURST, 1, MOST_GROUPS);
    }

    /** Connections open at once. */
    static int open(int closed) {
        return openGroups(closed) * BURST;
    }

    /** Brings the groups to different steps: from now on every step is as frequent as every other. */
    void begin(long firstUnusedClient) {
        nextClient = firstUnusedClient;
        for (int g = 0; g < groups; g++) {
            firstClient[g] = takeClients();
            turn = g;
            for (int n = g % PACKETS; n > 0; n--) {
                offer();
                ports.worker.doWork();
                conclude();
                turn = g;
            }
        }
        turn = 0;
    }

    private long takeClients() {
        long first = nextClient;
        nextClient = (nextClient + BURST) % Dialogue.MOST_CLIENTS;
        return first;
    }

    @Override
    public void offer() {
        int at = step[turn];
        long first = firstClient[turn];
        for (int i = 0; i < BURST; i++) {
            long frame = ports.pool.allocate();
            if (BY_SERVER[at]) {
                int server = serverOf[turn * BURST + i];
                ports.back.inject(frame, dialogue.fromServer(frame, server, first + i, FLAGS[at]), 0);
            } else {
                int payload = at == REQUEST_STEP ? REQUEST : 0;
                ports.front.inject(frame, dialogue.fromClient(frame, first + i, FLAGS[at], payload), 0);
            }
        }
        ports.publish();
    }

    @Override
    public void conclude() {
        if (step[turn] == 0) {
            learnServers();
        }
        ports.drain();
        step[turn]++;
        if (step[turn] == PACKETS) {
            step[turn] = 0;
            firstClient[turn] = takeClients();
        }
        turn = (turn + 1) % groups;
        clock.advance(stepNs);
    }

    private void learnServers() {
        if (ports.back.sent() != BURST) {
            throw new IllegalStateException("%d of %d SYNs were forwarded".formatted(ports.back.sent(), BURST));
        }
        for (int i = 0; i < BURST; i++) {
            long frame = ports.back.sentAddress();
            serverOf[turn * BURST + i] = (byte) dialogue.serverOf(frame, firstClient[turn] + i);
            ports.pool.release(frame);
            ports.back.takeSent();
        }
    }
}
