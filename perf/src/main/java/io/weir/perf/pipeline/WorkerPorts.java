package io.weir.perf.pipeline;

import io.weir.engine.counters.Counter;
import io.weir.engine.counters.WorkerCounters;
import io.weir.engine.port.FramePool;
import io.weir.engine.port.MemoryPort;
import io.weir.engine.worker.InMemoryNode;
import io.weir.engine.worker.Worker;

/** One worker of an in-memory node, and the far sides of its two ports. On the worker's thread, if it has one. */
final class WorkerPorts {
    final Worker worker;
    final MemoryPort front;
    final MemoryPort back;
    final FramePool pool;
    private final WorkerCounters counters;

    WorkerPorts(InMemoryNode node, int worker) {
        this.worker = node.worker(worker);
        this.front = node.port(worker, InMemoryNode.FRONT);
        this.back = node.port(worker, InMemoryNode.BACK);
        this.pool = node.store().pool(worker);
        this.counters = node.counters(worker);
    }

    /** Makes what was injected visible to the worker. */
    void publish() {
        front.publish();
        back.publish();
    }

    /** Takes everything out of the far sides and gives the frames back. Returns how many. */
    int drain() {
        return drain(front) + drain(back);
    }

    private int drain(MemoryPort port) {
        int taken = 0;
        for (int n = port.sent(); n > 0; n--) {
            pool.release(port.sentAddress());
            port.takeSent();
            taken++;
        }
        return taken;
    }

    /** Packets forwarded so far, both directions. */
    long forwarded() {
        return counters.get(Counter.FORWARDED_TO_SERVER) + counters.get(Counter.FORWARDED_TO_CLIENT);
    }

    long count(Counter counter) {
        return counters.get(counter);
    }
}
