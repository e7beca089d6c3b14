package io.weir.engine.port;

import io.weir.bindings.PollSet;

/**
 * Several queues of one device as one port, for a worker that serves more than one: receives from all in turn, sends on
 * the first.
 */
public final class MultiQueuePort implements PacketPort {
    private final PacketPort[] queues;
    private final PollSet waiting;
    private int next;

    /**
     * @param queues ports of the same device and worker; this one closes them
     */
    public MultiQueuePort(PacketPort... queues) {
        this.queues = queues.clone();
        int[] fds = new int[queues.length];
        for (int i = 0; i < queues.length; i++) {
            fds[i] = queues[i].fd();
        }
        this.waiting = new PollSet(fds);
    }

    @Override
    public int index() {
        return queues[0].index();
    }

    @Override
    public String name() {
        return queues[0].name();
    }

    @Override
    public int receive(FrameBatch batch) {
        int received = 0;
        int at = next;
        for (int i = 0; i < queues.length; i++) {
            received += queues[at].receive(batch);
            at = at + 1 == queues.length ? 0 : at + 1;
        }
        next = at + 1 == queues.length ? 0 : at + 1; // another queue goes first the next time
        return received;
    }

    @Override
    public boolean send(long address, int length) {
        return queues[0].send(address, length);
    }

    @Override
    public void flush() {
        queues[0].flush();
    }

    @Override
    public void await(int timeoutMs) {
        waiting.await(timeoutMs);
    }

    @Override
    public long kernelDrops() {
        long drops = 0;
        for (PacketPort queue : queues) {
            drops += queue.kernelDrops();
        }
        return drops;
    }

    @Override
    public long sendDrops() {
        return queues[0].sendDrops();
    }

    @Override
    public void close() {
        waiting.close();
        for (PacketPort queue : queues) {
            queue.close();
        }
    }
}
