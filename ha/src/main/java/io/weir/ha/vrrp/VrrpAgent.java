package io.weir.ha.vrrp;

import io.weir.engine.worker.Mastership;
import io.weir.ha.HaBlock;
import io.weir.ha.HaControl;
import io.weir.ha.HaCounter;
import io.weir.ha.HaCounters;
import io.weir.ha.HaState;
import io.weir.ha.HaStatus;
import io.weir.scheduler.IpAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/**
 * The HA thread: hears and speaks VRRP, watches the workers, and gives them the word to forward. It replicates nothing
 * and touches no packet of a client's.
 *
 * <p>Each cycle takes in what other threads have left for it, then what the network says, then does what the time
 * demands. When it ends, it leaves in order: the workers stop, then the others are told.
 */
public final class VrrpAgent implements Agent, HaControl {
    private static final int PACKETS_A_CYCLE = 64;
    private static final long FAREWELL_SLACK_NS = 100_000_000L;

    private enum Wish {
        RELEASE,
        RESUME
    }

    private final VrrpSettings settings;
    private final HaBlock block;
    private final HaCounters counters;
    private final NanoClock clock;
    private final Consumer<String> reports;
    private final WorkerWatchdog watchdog;
    private final Announcements announcements;
    private final ReceptionRules rules;
    private final VrrpChannels channels;
    private final Office office;
    private final VirtualRouter router;
    private final AtomicReference<Surroundings> changed = new AtomicReference<>();
    private final AtomicReference<Wish> wish = new AtomicReference<>();
    private Surroundings surroundings;
    private List<String> hindrances = List.of("starting");
    private String why = "starting";
    private Instant since = Instant.now();
    private boolean begun;

    /** Written by the thread that starts the node, once. */
    private volatile boolean started;

    /** Written by the HA thread, read by any. */
    private volatile HaStatus status;

    /**
     * @param settings what was configured
     * @param mastership the workers' word
     * @param announcements tells neighbours
     * @param opener opens channels, on the HA thread
     * @param block where the status and the counters go
     * @param reports receives a line about each change, on the HA thread; must not block
     */
    public VrrpAgent(
            VrrpSettings settings,
            Mastership mastership,
            Announcements announcements,
            ChannelOpener opener,
            HaBlock block,
            NanoClock clock,
            Consumer<String> reports,
            Surroundings first) {
        this.settings = settings;
        this.block = block;
        this.counters = block.counters();
        this.clock = clock;
        this.reports = reports;
        this.announcements = announcements;
        this.watchdog = new WorkerWatchdog(mastership, settings.watchdogNs(), counters, clock.nanoTime());
        this.rules = new ReceptionRules(settings.router(), settings.peers(), counters);
        this.channels = new VrrpChannels(opener, settings.peers());
        this.office = new Office(settings.router(), mastership, watchdog, announcements, counters, this::changedState);
        this.router = new VirtualRouter(settings.router(), new IpAddress(0, 0), office);
        this.router.hindered(true, "starting", clock.nanoTime());
        this.changed.set(first);
        publish();
    }

    /** Control thread: the node or its network has changed. */
    public void surroundings(Surroundings now) {
        changed.set(now);
    }

    /** The node is ready to forward, so it may take part. */
    public void startup() {
        started = true;
    }

    @Override
    public HaStatus status() {
        HaStatus s = status;
        return new HaStatus(
                s.mode(),
                s.state(),
                s.since(),
                s.why(),
                s.priority(),
                s.effectivePriority(),
                s.master(),
                s.released(),
                s.hindrances(),
                s.terms(),
                s.announced(),
                counters.all());
    }

    @Override
    public void release() {
        wish.set(Wish.RELEASE);
    }

    @Override
    public void resume() {
        wish.set(Wish.RESUME);
    }

    @Override
    public int doWork() {
        long now = clock.nanoTime();
        office.now(now);
        router.wake(now);
        watchdog.look(now);
        takeIn(now);
        obey(now);
        int packets = hear(now);
        router.tick(now);
        announcements.tick(now);
        if (isNews()) {
            publish();
        }
        return packets;
    }

    private void takeIn(long now) {
        Surroundings next = changed.getAndSet(null);
        if (next != null) {
            surroundings = next;
            announcements.addresses(next.announced());
            router.lastChoice(!next.weaknesses().isEmpty(), String.join("; ", next.weaknesses()), now);
        }
        if (channels.update(surroundings, now) || next != null) {
            office.lines(channels.lines());
            channels.lines().stream()
                    .findFirst()
                    .ifPresent(line -> router.address(line.channel().source()));
            rules.update(
                    surroundings.own(),
                    surroundings.virtual().advertised(true, surroundings.mtu()),
                    surroundings.virtual().advertised(false, surroundings.mtu()));
        }
        hinder(now);
        if (started && !begun) {
            begun = true;
            router.startup(now);
        }
    }

    private void hinder(long now) {
        List<String> found = new ArrayList<>(surroundings.hindrances());
        watchdog.stalled().ifPresent(found::add);
        channels.hindrance().ifPresent(found::add);
        if (found.equals(hindrances)) {
            return;
        }
        hindrances = List.copyOf(found);
        String text = found.isEmpty() ? "able to forward" : String.join("; ", found);
        if (router.state() == HaState.INITIALIZE && !found.isEmpty()) {
            reports.accept("ha: cannot take part: " + text);
        }
        router.hindered(!found.isEmpty(), text, now);
    }

    private void obey(long now) {
        switch (wish.getAndSet(null)) {
            case RELEASE -> router.release(now);
            case RESUME -> router.resume();
            case null -> {}
        }
    }

    private int hear(long now) {
        int packets = 0;
        for (Office.Line line : office.lines()) {
            Optional<Datagram> packet = line.channel().receive();
            while (packet.isPresent()) {
                packets++;
                IpAddress sender = packet.get().source();
                rules.judge(packet.get(), router.priority()).ifPresent(heard -> router.hear(heard, sender, now));
                packet = packets % PACKETS_A_CYCLE == 0
                        ? Optional.empty()
                        : line.channel().receive();
            }
        }
        return packets;
    }

    private void changedState(HaState from, HaState to, String reason) {
        why = reason;
        since = Instant.now();
        reports.accept("ha: %s, was %s: %s".formatted(to.label(), from.label(), reason));
    }

    private boolean isNews() {
        HaStatus s = status;
        return s.state() != router.state()
                || s.since() != since
                || s.effectivePriority() != router.priority()
                || s.released() != router.isReleased()
                || s.hindrances() != hindrances
                || !s.master().equals(router.master());
    }

    private void publish() {
        HaStatus now = new HaStatus(
                "vrrp",
                router.state(),
                since,
                why,
                settings.router().priority(),
                router.priority(),
                router.master(),
                router.isReleased(),
                hindrances,
                counters.get(HaCounter.TERMS),
                List.of(),
                Map.of());
        block.write(now);
        status = now;
    }

    @Override
    public void onClose() {
        router.shutdown("stopping");
        long deadline = clock.nanoTime() + 2 * settings.watchdogNs() + FAREWELL_SLACK_NS;
        while (!router.isSilent() && deadline - clock.nanoTime() > 0) {
            long now = clock.nanoTime();
            office.now(now);
            watchdog.look(now);
            router.tick(now);
            Thread.onSpinWait();
        }
        publish();
        channels.close();
        announcements.close();
    }

    @Override
    public String roleName() {
        return "weir-ha";
    }
}
