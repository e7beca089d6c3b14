package io.weir.engine.worker;

import io.weir.bindings.Pages;
import io.weir.bindings.steering.NatPorts;
import io.weir.engine.counters.Counter;
import io.weir.engine.forward.ForwardSettings;
import io.weir.engine.packet.Ipv4;
import io.weir.engine.packet.Transport;
import io.weir.engine.service.Forwarding;
import io.weir.engine.service.ServerSpec;
import io.weir.engine.service.ServiceSpec;
import io.weir.engine.service.Tunnel;
import io.weir.scheduler.IpAddress;
import io.weir.scheduler.SchedulerKind;
import io.weir.scheduler.SchedulingPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Drives synthetic frames through workers of its own, so that the compiler has made machine code of every stage before
 * the first real frame comes, and that this code knows of everything that can come: connections that open, talk and
 * close, datagrams, both families, every scheduler, tags, fragments, pings, errors, ports that nobody serves; connections
 * that another node had. Nothing of it reaches a network, a server or the tables and counters of the node.
 *
 * <p>Runs on the calling thread, and ends when it gets no faster and the compilers have nothing left to do, if it may,
 * or when the time is over.
 */
public final class WarmUp implements AutoCloseable {
    private static final int SHORT = 8; // so that there are many cycles
    private static final int LONG = 80; // more than a worker takes at once
    private static final int IDLE = 3;
    private static final int SETTLED = 4;
    private static final int CAPACITY = 1 << 15;
    private static final int PORTS = 1 << 12;
    private static final int FIRST_PORT = 1024;
    private static final int FIRST_SERVICE = 80;
    private static final int FIRST_FARM = 200; // services with several servers, which never answer
    private static final int UNSERVED = 79;
    private static final int GUE_PORT = 6080;
    private static final int SERVER_PORT = 8000;
    private static final int WEIGHT = 20_000; // ovf sends no more connections to a server than that
    private static final int PAYLOAD = 400;
    private static final int HASTE = 1000; // a second of the hasty workers' clock is a millisecond
    private static final long ROUND_NS = 20_000_000;
    private static final SchedulerKind[] SCHEDULERS = SchedulerKind.values();
    private static final Forwarding[] FORWARDINGS = Forwarding.values();

    /** Clients' ports for each service: services share a server, which could not tell their flows apart. */
    private static final int SPAN = PORTS / SCHEDULERS.length;

    /** Of connections that the node opens itself: its workers are not those that will run, nor are the ports. */
    private static final NatPorts NAT_PORTS = new NatPorts(1024, 1024 + (1 << 14) - 1);

    private final WarmUpWire wire;
    private final Runnable control;
    private final WarmUpServers servers;
    private final WarmUpTakeover takeover;
    private final Pages memory;
    private final IsolatedWorkers steady;
    private final IsolatedWorkers hasty;
    private final WarmUpFrames[] families = {
        frames("10.0.0.2", "203.0.113.5", "192.0.2.2"), frames("2001:db8:c::2", "2001:db8::5", "fd00::2")
    };
    private IsolatedWorkers workers;
    private int burst;
    private int firstPort;
    private int port;
    private int turn;

    /**
     * Sets everything up.
     *
     * @param wire whose ports are used; it stays the caller's
     * @param settings how the node will forward
     * @param burst frames at most in a burst
     * @param unknown what the node does with unknown flows; not the node's own, or its workers would share it
     * @param control what a control thread would do for {@code unknown}, now and then
     */
    public WarmUp(WarmUpWire wire, ForwardSettings settings, int burst, UnknownFlows unknown, Runnable control) {
        this.wire = wire;
        this.control = control;
        this.servers = new WarmUpServers(wire);
        this.takeover = new WarmUpTakeover(wire, servers, this::cycle);
        long bytes = IsolatedWorkers.byteSize(wire.ports().length, CAPACITY);
        memory = Pages.map(2 * bytes, Pages.Mode.AUTO);
        long begin = System.nanoTime();
        int count = wire.ports().length;
        steady = workers(
                memory.address(), settings, burst, unknown, Mastership.permanent(count), SystemNanoClock.INSTANCE);
        Mastership leased = Mastership.leased(count);
        leased.take(begin + Long.MAX_VALUE / 2);
        hasty = workers(
                memory.address() + bytes,
                settings,
                burst,
                unknown,
                leased,
                () -> begin + (System.nanoTime() - begin) * HASTE);
        workers = steady;
    }

    private IsolatedWorkers workers(
            long at,
            ForwardSettings settings,
            int burst,
            UnknownFlows unknown,
            Mastership mastership,
            NanoClock clock) {
        IsolatedWorkers made = new IsolatedWorkers(
                at,
                wire.ports(),
                wire.store(),
                CAPACITY,
                burst,
                services(),
                settings.withNat(NAT_PORTS, WarmUpServers.LOCAL.size()),
                wire.kernel(),
                1500,
                clock,
                unknown,
                mastership);
        made.registry().localAddresses(WarmUpServers.LOCAL);
        made.republish();
        return made;
    }

    /** What the workers have counted. */
    public long sum(Counter counter) {
        long sum = 0;
        for (int w = 0; w < steady.count(); w++) {
            sum += steady.counters(w).get(counter) + hasty.counters(w).get(counter);
        }
        return sum;
    }

    private static WarmUpFrames frames(String client, String virtual, String server) {
        return new WarmUpFrames(
                IpAddress.parse(client), IpAddress.parse(virtual), IpAddress.parse(server), SERVER_PORT);
    }

    private static List<ServiceSpec> services() {
        List<ServiceSpec> services = new ArrayList<>(WarmUpTakeover.services());
        for (int i = 0; i < SCHEDULERS.length; i++) {
            for (int protocol : new int[] {Transport.TCP, Transport.UDP}) {
                services.add(service("203.0.113.5", protocol, FIRST_SERVICE + i, SCHEDULERS[i], "192.0.2.2"));
                services.add(service("2001:db8::5", protocol, FIRST_SERVICE + i, SCHEDULERS[i], "fd00::2"));
            }
            services.add(farm(i));
        }
        return services;
    }

    private static ServiceSpec farm(int i) {
        Forwarding forwarding = FORWARDINGS[i % FORWARDINGS.length];
        ServiceSpec plain = service(
                "203.0.113.5", Transport.UDP, FIRST_FARM + i, SCHEDULERS[i], "192.0.2.3", "192.0.2.4", "192.0.2.5");
        return (forwarding == Forwarding.TUN ? behindTunnels(plain) : plain).with(forwarding);
    }

    /** One tunnel of each kind. */
    private static ServiceSpec behindTunnels(ServiceSpec plain) {
        IpAddress ipv6 = IpAddress.parse("fd00::5");
        List<ServerSpec> servers = plain.servers();
        return plain.with(List.of(
                servers.get(0).through(Tunnel.ipip(servers.get(0).address())),
                servers.get(1).through(Tunnel.gre(servers.get(1).address())),
                servers.get(2).through(Tunnel.gue(ipv6, GUE_PORT))));
    }

    private static ServiceSpec service(
            String virtual, int protocol, int port, SchedulerKind scheduler, String... servers) {
        List<ServerSpec> specs = new ArrayList<>();
        for (String server : servers) {
            specs.add(ServerSpec.of(server, IpAddress.parse(server), SERVER_PORT, WEIGHT * (1 + specs.size())));
        }
        return new ServiceSpec(
                "warm-up",
                IpAddress.parse(virtual),
                port,
                protocol,
                scheduler,
                Set.of(),
                SchedulingPlan.DEFAULT_TABLE_SIZE,
                specs);
    }

    /**
     * Warms up.
     *
     * @param mayEnd whether it may end once it is warm; before that it goes on
     * @param until {@link System#nanoTime} at which it ends in any case, as far as that is known by now
     * @return frames that came through
     */
    public long run(BooleanSupplier mayEnd, LongSupplier until) {
        long frames = 0;
        double best = 0;
        int without = 0;
        long begin = System.nanoTime();
        for (long end; (end = until.getAsLong()) - begin > 0; ) {
            if (without >= SETTLED && mayEnd.getAsBoolean() && CompilerThreads.areIdle()) {
                break;
            }
            long came = 0;
            long now = begin;
            while (now - begin < ROUND_NS && end - now > 0) {
                came += turn();
                now = System.nanoTime();
            }
            double speed = (double) came / (now - begin);
            without = speed > best * 1.05 ? 0 : without + 1;
            best = Math.max(best, speed);
            frames += came;
            begin = now;
            steady.readCycleTimes();
            hasty.readCycleTimes();
        }
        return frames;
    }

    /** Does so many turns; returns the frames that came through. */
    public long turns(int count) {
        long frames = 0;
        for (int n = 0; n < count; n++) {
            frames += turn();
        }
        return frames;
    }

    /** A burst of connections, from the first segment to the last, with everything else in between. */
    private int turn() {
        WarmUpFrames f = families[turn & 1];
        workers = turn % 5 == 0 ? hasty : steady;
        int service = FIRST_SERVICE + (turn >>> 1) % SCHEDULERS.length;
        turn++;
        burst = (turn & 7) == 0 ? LONG : SHORT;
        port = (port + burst) % SPAN;
        firstPort = FIRST_PORT + (service - FIRST_SERVICE) * SPAN;
        int frames = client(f, service, Transport.SYN, 0);
        frames += server(f, Transport.SYN | Transport.ACK, 0);
        frames += client(f, service, Transport.ACK, 0);
        for (int n = 0; n < 3; n++) {
            frames += client(f, service, Transport.ACK | Transport.PSH, PAYLOAD);
            frames += server(f, Transport.ACK, PAYLOAD);
        }
        frames += datagrams(f, service);
        frames += oddments(f, service);
        frames += client(f, service, Transport.FIN | Transport.ACK, 0);
        frames += server(f, Transport.FIN | Transport.ACK, 0);
        frames += client(f, service, Transport.ACK, 0);
        frames += takeover.turn(workers == hasty && (turn & 7) == 0);
        control.run();
        return frames;
    }

    private int client(WarmUpFrames f, int service, int flags, int payload) {
        for (int i = 0; i < burst; i++) {
            toFront(f, f.fromClient(from(i), service, flags, payload));
        }
        return cycle();
    }

    private int server(WarmUpFrames f, int flags, int payload) {
        for (int i = 0; i < burst; i++) {
            toBack(f, f.fromServer(from(i), flags, payload));
        }
        return cycle();
    }

    private int datagrams(WarmUpFrames f, int service) {
        int frames = 0;
        for (int n = 0; n < 3; n++) {
            for (int i = 0; i < burst; i++) {
                int length = f.datagramOfClient(from(i), service, n);
                toFront(f, n == 2 ? f.withoutChecksum(length) : length);
            }
            frames += cycle();
            for (int i = 0; i < burst; i++) {
                int length = f.datagramOfServer(from(i), n);
                toBack(f, n == 2 ? f.withoutChecksum(length) : length);
            }
            frames += cycle();
        }
        return frames;
    }

    /** What is rare: one of each, so that the compiler does not take it for impossible. */
    private int oddments(WarmUpFrames f, int service) {
        toFront(f, f.fromClient(from(0), UNSERVED, Transport.SYN, 0));
        toFront(f, f.datagramOfClient(from(0), UNSERVED, 0));
        toFront(f, f.fromClient(from(0) + PORTS, service, Transport.ACK, 0)); // of no connection that is known
        toFront(f, f.fromClient(from(1), service, Transport.RST, 0));
        toFront(f, f.withTtl(f.datagramOfClient(from(0), service, 0), 1));
        toFront(f, f.withTag(f.datagramOfClient(from(2), service, 0)));
        toFront(f, f.asFragment(f.datagramOfClient(from(3), service, 16), turn, Ipv4.MORE_FRAGMENTS));
        toFront(f, f.asFragment(f.datagramOfClient(from(3), service, 16), turn, 3));
        toFront(families[0], families[0].datagramOfClient(from(0), FIRST_FARM + service - FIRST_SERVICE, 0));
        toFront(f, f.withChecksumThatVanishes(f.datagramOfClient(from(4), service, 0), service));
        toFront(f, f.ping());
        toFront(f, f.whoHas());
        toFront(f, Math.min(20, f.ping())); // cut off
        int frames = cycle();
        toBack(f, f.unreachable(from(0)));
        toBack(f, f.fromServer(from(0) + PORTS, Transport.ACK, 0));
        toBack(f, f.datagramOfServer(from(2), 0)); // a tag goes on
        return frames + cycle();
    }

    private int from(int i) {
        return firstPort + (port + i) % SPAN;
    }

    private void toFront(WarmUpFrames f, int length) {
        wire.inject(IsolatedWorkers.FRONT, f.address(), length);
    }

    private void toBack(WarmUpFrames f, int length) {
        wire.inject(IsolatedWorkers.BACK, f.address(), length);
    }

    /** Lets the workers do all there is to do, and find nothing for some cycles, as they often will. */
    private int cycle() {
        wire.publish();
        int frames = 0;
        for (int idle = 0; idle < IDLE; ) {
            int work = 0;
            for (int w = 0; w < workers.count(); w++) {
                work += workers.worker(w).doWork();
            }
            idle = work == 0 ? idle + 1 : 0;
            frames += wire.drain(servers);
            if (servers.takeAnswers() > 0) {
                wire.publish();
                idle = 0;
            }
        }
        return frames;
    }

    @Override
    public void close() {
        memory.close();
        servers.close();
        takeover.close();
        for (WarmUpFrames each : families) {
            each.close();
        }
    }
}
