package io.weir.appliance.node;

import io.weir.appliance.config.HaConfig;
import io.weir.appliance.config.NodeConfig;
import io.weir.bindings.DeviceFacts;
import io.weir.engine.counters.CountersFile;
import io.weir.engine.worker.Mastership;
import io.weir.ha.HaBlock;
import io.weir.ha.HaControl;
import io.weir.ha.HaState;
import io.weir.ha.vrrp.AddressAnnouncer;
import io.weir.ha.vrrp.Advertisement;
import io.weir.ha.vrrp.Announcements;
import io.weir.ha.vrrp.PacketAnnouncer;
import io.weir.ha.vrrp.RawVrrpChannel;
import io.weir.ha.vrrp.Surroundings;
import io.weir.ha.vrrp.VirtualRouterConfig;
import io.weir.ha.vrrp.VrrpAgent;
import io.weir.ha.vrrp.VrrpSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.agrona.ErrorHandler;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.SleepingIdleStrategy;
import org.agrona.concurrent.SystemNanoClock;

/** The HA thread of a node with {@code ha.mode = vrrp}, from its making to its farewell. */
final class Takeover implements HaThread {
    private static final long LONGEST_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final int PAUSES_AN_INTERVAL = 50;
    private static final long DECIDED_WITHIN_NS = TimeUnit.SECONDS.toNanos(1);

    private final HaWatch watch;
    private final VrrpAgent agent;
    private final Queue<String> news = new ConcurrentLinkedQueue<>();
    private final Reports reports;
    private final AgentRunner runner;
    private final ThreadPlace place;
    private Surroundings last;

    /**
     * Makes the thread, which takes no part before {@link #begin}.
     *
     * @throws io.weir.bindings.NativeException when a device does not let itself be announced on
     */
    Takeover(
            NodeConfig config,
            HaWatch watch,
            Mastership mastership,
            CountersFile file,
            ErrorHandler errors,
            Reports reports) {
        this.watch = watch;
        this.reports = reports;
        this.place = new ThreadPlace(config.workers().haCore());
        this.last = watch.look(config);
        HaConfig.Vrrp vrrp = config.ha().vrrp();
        int centiseconds = (int) (vrrp.advertise().toNanos() / Advertisement.CENTISECOND_NS);
        VirtualRouterConfig router = new VirtualRouterConfig(
                vrrp.id(),
                vrrp.priority(),
                centiseconds,
                vrrp.preempt(),
                vrrp.preemptDelay().toNanos());
        HaBlock block = new HaBlock(file.node());
        agent = new VrrpAgent(
                new VrrpSettings(router, vrrp.peers(), config.ha().watchdog().toNanos()),
                mastership,
                new Announcements(announcers(config, block)),
                (device, source, peers) -> RawVrrpChannel.open(DeviceFacts.of(device), source, peers),
                block,
                SystemNanoClock.INSTANCE,
                news::offer,
                last);
        long pause = Math.min(LONGEST_PAUSE_NS, router.intervalNs() / PAUSES_AN_INTERVAL);
        runner = new AgentRunner(new SleepingIdleStrategy(pause), errors, null, agent);
        AgentRunner.startOnThread(runner, place::thread);
    }

    private static Map<Integer, AddressAnnouncer> announcers(NodeConfig config, HaBlock block) {
        Map<Integer, AddressAnnouncer> announcers = new HashMap<>();
        try {
            List<String> devices = Specs.devices(config.io());
            for (int port = 0; port < devices.size(); port++) {
                announcers.put(port, PacketAnnouncer.open(devices.get(port), block.counters()));
            }
            return announcers;
        } catch (RuntimeException e) {
            announcers.values().forEach(AddressAnnouncer::close);
            throw e;
        }
    }

    @Override
    public void look(NodeConfig config) {
        Surroundings now = watch.look(config);
        if (!now.equals(last)) {
            last = now;
            agent.surroundings(now);
        }
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

    /** The workers stop, then the others are told. */
    @Override
    public void close() {
        runner.close();
        report();
    }
}
