package io.weir.appliance.node;

import io.weir.appliance.config.HaConfig;
import io.weir.appliance.config.NodeConfig;
import io.weir.engine.counters.CountersFile;
import io.weir.engine.worker.Mastership;
import io.weir.ha.HaBlock;
import io.weir.ha.HaControl;
import io.weir.ha.HaState;
import io.weir.ha.bgp.BgpAgent;
import io.weir.ha.bgp.Offer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingIdleStrategy;
import org.agrona.concurrent.SystemNanoClock;

/** The HA thread of a node with {@code ha.mode = bgp}. */
final class Announcing implements HaThread {
    private static final long LONGEST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int PAUSES_A_WATCHDOG = 20;
    private static final long DECIDED_WITHIN_NS = TimeUnit.SECONDS.toNanos(1);

    private final OfferWatch watch;
    private final HaConfig.Bgp bgp;
    private final BgpAgent agent;
    private final Queue<String> news = new ConcurrentLinkedQueue<>();
    private final Reports reports;
    private final AgentRunner runner;
    private final ThreadPlace place;

    /**
     * Makes the thread, which announces nothing before {@link #begin}.
     *
     * @param device number of a device that ends with this process
     */
    Announcing(
            NodeConfig config,
            OfferWatch watch,
            int device,
            Mastership mastership,
            CountersFile file,
            ErrorHandler errors,
            Reports reports) {
        this.watch = watch;
        this.bgp = config.ha().bgp();
        this.reports = reports;
        this.place = new ThreadPlace(config.workers().haCore());
        Offer first = watch.look(config);
        long watchdogNs = config.ha().watchdog().toNanos();
        agent = new BgpAgent(
                mastership,
                watchdogNs,
                new HostRoutes(device, bgp),
                new HaBlock(file.node()),
                SystemNanoClock.INSTANCE,
                news::offer,
                first);
        long pause = Math.min(LONGEST_PAUSE_NS, watchdogNs / PAUSES_A_WATCHDOG);
        runner = new AgentRunner(new SleepingIdleStrategy(pause), errors, null, agent);
        AgentRunner.startOnThread(runner, place::thread);
    }

    @Override
    public void look(NodeConfig config) {
        agent.offer(watch.look(config));
    }

    @Override
    public void report() {
        for (String line = news.poll(); line != null; line = news.poll()) {
            reports.info(line);
        }
    }

    @Override
    public void begin() throws InterruptedException {
        agent.startup();
        long deadline = System.nanoTime() + DECIDED_WITHIN_NS;
        while (agent.status().state() == HaState.INITIALIZE && deadline - System.nanoTime() > 0) {
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    @Override
    public HaControl control() {
        return agent;
    }

    /** Withdraws everything, then waits for the routers to learn of it: the workers forward what still comes. */
    @Override
    public void close() {
        boolean drains = !agent.status().announced().isEmpty();
        runner.close();
        report();
        if (drains) {
            try {
                TimeUnit.NANOSECONDS.sleep(bgp.drain().toNanos());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
