package io.weir.ha.bgp;

import io.weir.engine.worker.Mastership;
import io.weir.ha.HaBlock;
import io.weir.ha.HaControl;
import io.weir.ha.HaCounter;
import io.weir.ha.HaState;
import io.weir.ha.HaStatus;
import io.weir.ha.vrrp.WorkerWatchdog;
import io.weir.scheduler.IpAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/**
 * The HA thread of a node that is one of many: it has a host route for each virtual address that the node can serve, and
 * none otherwise. A routing daemon announces them; routers share the clients among the nodes that do. It says nothing to
 * other nodes and touches no packet.
 *
 * <p>The workers forward whatever comes, announced or not: routers need a moment to learn of a route's end, and what comes
 * meanwhile is served as ever.
 *
 * <p>{@link HaState#MASTER} here means: some address is announced. {@link HaState#BACKUP}: none is, because the node was
 * released or no service has a server. {@link HaState#INITIALIZE}: the node is starting, stopping or hindered.
 */
public final class BgpAgent implements Agent, HaControl {
    /** How often the table is looked at without a reason. */
    static final long RESYNC_NS = 1_000_000_000L;

    private final HaBlock block;
    private final NanoClock clock;
    private final Consumer<String> reports;
    private final WorkerWatchdog watchdog;
    private final AnnouncedRoutes routes;
    private final AtomicReference<Offer> changed;
    private Offer offer;
    private List<String> hindrances = List.of("starting");
    private Set<IpAddress> last = Set.of();
    private Set<IpAddress> shown = Set.of();
    private boolean stopping;
    private long resyncedNs;
    private HaState state = HaState.INITIALIZE;
    private Instant since = Instant.now();
    private String why = "starting";

    /** Written by the thread that starts the node, once. */
    private volatile boolean started;

    /** Written by operators. */
    private volatile boolean released;

    /** Written by the HA thread, read by any. */
    private volatile HaStatus status;

    /**
     * @param mastership tells how the workers get on; permanent
     * @param watchdogNs {@code ha.watchdog}
     * @param table where routes go; closed with the agent
     * @param block where the status and the counters go
     * @param reports receives a line about each change, on the HA thread; must not block
     */
    public BgpAgent(
            Mastership mastership,
            long watchdogNs,
            RouteTable table,
            HaBlock block,
            NanoClock clock,
            Consumer<String> reports,
            Offer first) {
        this.block = block;
        this.clock = clock;
        this.reports = reports;
        this.watchdog = new WorkerWatchdog(mastership, watchdogNs, block.counters(), clock.nanoTime());
        this.routes = new AnnouncedRoutes(table, block.counters(), reports);
        this.offer = first;
        this.changed = new AtomicReference<>(first);
        this.resyncedNs = clock.nanoTime() - RESYNC_NS;
        publish();
    }

    /** Control thread: the node or its network may have changed. The table is looked at again in any case. */
    public void offer(Offer now) {
        changed.set(now);
    }

    /** The node is ready to forward, so it may be announced. */
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
                0,
                0,
                Optional.empty(),
                released,
                s.hindrances(),
                s.terms(),
                s.announced(),
                block.counters().all());
    }

    @Override
    public void release() {
        released = true;
    }

    @Override
    public void resume() {
        released = false;
    }

    @Override
    public int doWork() {
        long now = clock.nanoTime();
        watchdog.look(now);
        Offer next = changed.getAndSet(null);
        boolean looked = next != null;
        if (looked) {
            offer = next;
        }
        boolean out = released;
        hindrances = hindrances();
        boolean withheld = out || !hindrances.isEmpty();
        Set<IpAddress> wanted = withheld ? Set.of() : offer.addresses();
        if (looked || now - resyncedNs >= RESYNC_NS) {
            resyncedNs = now;
            routes.resynchronise(wanted);
        } else if (!wanted.equals(last)) {
            routes.set(wanted);
        }
        last = wanted;
        enter(out);
        return looked ? 1 : 0;
    }

    private List<String> hindrances() {
        List<String> found = new ArrayList<>();
        if (stopping) {
            found.add("stopping");
        } else if (!started) {
            found.add("starting");
        }
        found.addAll(offer.hindrances());
        watchdog.stalled().ifPresent(found::add);
        return found.equals(hindrances) ? hindrances : List.copyOf(found);
    }

    private void enter(boolean out) {
        Set<IpAddress> announced = routes.announced();
        HaState next;
        String reason;
        if (!announced.isEmpty()) {
            next = HaState.MASTER;
            List<String> but = new ArrayList<>(offer.lacking());
            routes.trouble().ifPresent(but::add);
            reason = but.isEmpty() ? "all virtual addresses are announced" : String.join("; ", but);
        } else if (!hindrances.isEmpty()) {
            next = HaState.INITIALIZE;
            reason = String.join("; ", hindrances);
        } else {
            next = HaState.BACKUP;
            reason = out ? "released" : routes.trouble().orElseGet(() -> String.join("; ", offer.lacking()));
        }
        if (next == state && reason.equals(why) && announced == shown && out == status.released()) {
            return;
        }
        if (next != state) {
            since = Instant.now();
            reports.accept("ha: %s, was %s: %s".formatted(next.label(), state.label(), reason));
            if (next == HaState.MASTER) {
                block.counters().increment(HaCounter.TERMS);
            }
        }
        state = next;
        why = reason;
        shown = announced;
        publish();
    }

    private void publish() {
        HaStatus now = new HaStatus(
                "bgp",
                state,
                since,
                why,
                0,
                0,
                Optional.empty(),
                released,
                hindrances,
                block.counters().get(HaCounter.TERMS),
                List.copyOf(shown),
                Map.of());
        block.write(now);
        status = now;
    }

    /** Withdraws everything; the workers still forward. */
    @Override
    public void onClose() {
        stopping = true;
        hindrances = hindrances();
        routes.close();
        enter(released);
    }

    @Override
    public String roleName() {
        return "weir-ha";
    }
}
