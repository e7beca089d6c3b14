package io.weir.appliance.node;

import io.weir.appliance.config.Choices.Idle;
import io.weir.bindings.CpuAffinity;
import io.weir.engine.worker.Worker;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/** The worker threads: each pinned to its core, with the idle strategy that the operator chose. */
final class WorkerThreads implements AutoCloseable {
    private static final int SPINS = 200;
    private static final int YIELDS = 20;
    private static final long MIN_PARK_NS = TimeUnit.MICROSECONDS.toNanos(10);
    private static final long MAX_PARK_NS = TimeUnit.MICROSECONDS.toNanos(200);
    private static final long TIMER_SLACK_NS = 1_000;

    private final List<AgentRunner> runners = new ArrayList<>();

    /**
     * Starts a thread for each worker.
     *
     * @throws io.weir.bindings.NativeException when this process may not run on one of the cores
     */
    WorkerThreads(List<Worker> workers, List<Integer> cores, Idle idle, ErrorHandler errors) {
        tryCores(cores);
        for (int i = 0; i < workers.size(); i++) {
            int core = cores.get(i);
            Worker worker = workers.get(i);
            AgentRunner runner = new AgentRunner(strategy(idle), errors, null, worker);
            runners.add(runner);
            AgentRunner.startOnThread(
                    runner,
                    task -> new Thread(() -> {
                        // here, because the runner has named the thread after the role alone
                        Thread.currentThread().setName(worker.roleName() + "-core-" + core);
                        CpuAffinity.pin(core);
                        if (idle == Idle.BACKOFF) {
                            CpuAffinity.setTimerSlack(TIMER_SLACK_NS);
                        }
                        task.run();
                    }));
        }
    }

    /** On the calling thread: what fails there would fail on a worker's, where nobody could be told any more. */
    static void tryCores(List<Integer> cores) {
        BitSet before = CpuAffinity.get();
        try {
            cores.forEach(CpuAffinity::pin);
        } finally {
            CpuAffinity.set(before);
        }
    }

    private static IdleStrategy strategy(Idle idle) {
        return switch (idle) {
            case BUSY_SPIN -> BusySpinIdleStrategy.INSTANCE;
            case YIELD -> YieldingIdleStrategy.INSTANCE;
            case BACKOFF -> new BackoffIdleStrategy(SPINS, YIELDS, MIN_PARK_NS, MAX_PARK_NS);
        };
    }

    @Override
    public void close() {
        runners.forEach(AgentRunner::close);
    }
}
