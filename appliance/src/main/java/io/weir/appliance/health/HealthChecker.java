package io.weir.appliance.health;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.weir.appliance.config.HealthConfig;
import io.weir.appliance.net.IoThread;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Checks servers, each at its own pace: the first time at once, then at its interval from a moment that its name decides, so
 * that checks of many servers are spread and always in the same way. A bounded number runs at a time, the others wait.
 *
 * <p>The control thread says whom to check and asks what is known; sockets and counting are the I/O thread's. Between them
 * are immutable {@link Health}s in volatile fields, and one flag that says that something has changed.
 */
public final class HealthChecker implements AutoCloseable {
    /** Told on the I/O thread of every server that goes up or down, once each time. */
    @FunctionalInterface
    public interface Witness {
        /** A server's health has changed from one state to another. */
        void changed(Target target, Health before, Health now);
    }

    /** One server; all but {@code health} and {@code target} the I/O thread's. */
    private static final class Watched {
        private final Target target;
        private volatile Health health;
        private ScheduledFuture<?> next;
        private long dueNs;
        private boolean busy;
        private boolean stopped;

        private Watched(Target target, Health health) {
            this.target = target;
            this.health = health;
        }
    }

    private static final int AT_ONCE = 256;

    private final EventLoop loop;
    private final Witness witness;
    private final Map<Class<? extends HealthConfig.Check>, Check> checks;
    private final AtomicBoolean news = new AtomicBoolean();

    /** The control thread's. */
    private Map<Target.Name, Watched> watched = new LinkedHashMap<>();

    /** The I/O thread's, as is the number of those that run. */
    private final Deque<Watched> waiting = new ArrayDeque<>();

    private int running;

    /**
     * @param io the thread that checks
     * @param witness told of transitions
     */
    public HealthChecker(IoThread io, Witness witness) {
        this.loop = io.loop();
        this.witness = witness;
        this.checks = Map.of(
                HealthConfig.Check.Tcp.class, new TcpCheck(loop, io.transport()),
                HealthConfig.Check.Http.class, new HttpCheck(loop, io.transport()),
                HealthConfig.Check.Udp.class, new UdpCheck(loop, io.transport()));
    }

    /**
     * Control thread: checks these servers and no others. What is known of a server stays known while its name and address
     * stay.
     */
    public void watch(Collection<Target> targets) {
        Map<Target.Name, Watched> next = new LinkedHashMap<>();
        for (Target target : targets) {
            Watched before = watched.remove(target.name());
            if (before != null && before.target.equals(target)) {
                next.put(target.name(), before);
            } else {
                boolean same = before != null && before.target.address().equals(target.address());
                Watched fresh = new Watched(target, same ? before.health.asked() : Health.unknown(Instant.now()));
                next.put(target.name(), fresh);
                stop(before);
                loop.execute(() -> start(fresh));
            }
        }
        watched.values().forEach(this::stop);
        watched = next;
    }

    private void stop(Watched server) {
        if (server != null) {
            loop.execute(() -> {
                server.stopped = true;
                waiting.remove(server);
                if (server.next != null) {
                    server.next.cancel(false);
                }
            });
        }
    }

    /** Control thread: what is known of a server; empty when it is not checked. */
    public Optional<Health> of(Target.Name name) {
        return Optional.ofNullable(watched.get(name)).map(server -> server.health);
    }

    /** Control thread: whether a server has gone up or down, or is known at last, since this was asked. */
    public boolean takeNews() {
        return news.getAndSet(false);
    }

    /** Control thread: whether something is known of every server. */
    public boolean allKnown() {
        return watched.values().stream().allMatch(server -> server.health.known());
    }

    private void start(Watched server) {
        long interval = server.target.config().interval().toNanos();
        server.dueNs = System.nanoTime() - interval + phase(server.target.name(), interval);
        begin(server);
    }

    /** Where in its interval a server's second check lies, from half of it on: decided by its name alone. */
    static long phase(Target.Name name, long intervalNs) {
        long hash = (name.service() + '/' + name.server()).hashCode() * 0x9E3779B97F4A7C15L;
        return intervalNs / 2 + (long) ((hash >>> 40) / (double) (1 << 24) * (intervalNs - intervalNs / 2));
    }

    private void begin(Watched server) {
        if (server.stopped || server.busy) {
            return;
        }
        server.busy = true;
        if (running >= AT_ONCE) {
            waiting.add(server);
        } else {
            run(server);
        }
    }

    private void run(Watched server) {
        running++;
        Health before = server.health;
        checks.get(server.target.config().check().getClass())
                .run(server.target, before, outcome -> end(server, before, outcome));
    }

    private void end(Watched server, Health before, Outcome outcome) {
        running--;
        server.busy = false;
        if (!server.stopped) {
            Health now = before.after(outcome, server.target.config(), Instant.now());
            server.health = now;
            if (now.isNewsAfter(before)) {
                news.set(true);
                witness.changed(server.target, before, now);
            }
            schedule(server);
        }
        Watched next = waiting.poll();
        if (next != null) {
            run(next);
        }
    }

    /** At the next moment of its own that is not over: a check that had to wait long skips some. */
    private void schedule(Watched server) {
        long interval = server.target.config().interval().toNanos();
        long now = System.nanoTime();
        long late = Math.max(0, now - server.dueNs);
        server.dueNs += (late / interval + 1) * interval;
        server.next = loop.schedule(() -> begin(server), server.dueNs - now, TimeUnit.NANOSECONDS);
    }

    /** Control thread, or whoever comes after it: checks nobody any more. */
    @Override
    public void close() {
        watch(List.of());
    }
}
