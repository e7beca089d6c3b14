package io.weir.perf.rrdns;

import io.weir.scheduler.ConnectionCounts;
import io.weir.scheduler.IpAddress;
import io.weir.scheduler.RealServer;
import io.weir.scheduler.Scheduler;
import io.weir.scheduler.SchedulerFlag;
import io.weir.scheduler.SchedulerKind;
import io.weir.scheduler.SchedulingPlan;
import io.weir.scheduler.ServerPool;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

/** A load balancer in front of the same servers: its scheduler, the appliance's own class, chooses for each request. */
final class Balancer {
    private static final int CLIENTS = 0x0a00_0000;
    private static final int FIRST_PORT = 1024;
    private static final int PORTS = 60_000;
    private static final IpAddress VIRTUAL = IpAddress.parse("202.103.106.5");

    private final Scheduler scheduler;
    private final Counts counts;
    private final Visits draw;
    private final double service;

    /** A connection that ends at a time. */
    private record Ending(double at, int server) {}

    private static final class Counts implements ConnectionCounts {
        private final int[] active;

        Counts(int servers) {
            active = new int[servers];
        }

        @Override
        public int active(int position) {
            return active[position];
        }

        @Override
        public int inactive(int position) {
            return 0;
        }
    }

    Balancer(SchedulerKind kind, Set<SchedulerFlag> flags, Assumptions assumptions, long seed) {
        List<RealServer> servers = new ArrayList<>();
        for (int s = 0; s < assumptions.servers(); s++) {
            servers.add(RealServer.of(IpAddress.ofV4(0xac10_0002 + s), 80, 1));
        }
        this.counts = new Counts(assumptions.servers());
        this.scheduler = SchedulingPlan.of(kind, ServerPool.of(servers), flags).newScheduler(0, 1, counts);
        this.draw = new Visits(assumptions, seed);
        this.service = assumptions.service();
    }

    /** Requests that each server gets. */
    long[] serve(Requests requests) {
        long[] load = new long[counts.active.length];
        PriorityQueue<Ending> endings = new PriorityQueue<>(Comparator.comparingDouble(Ending::at));
        for (int i = 0; i < requests.size(); i++) {
            double now = requests.at()[i];
            while (!endings.isEmpty() && endings.peek().at() <= now) {
                counts.active[endings.poll().server()]--;
            }
            IpAddress client = IpAddress.ofV4(CLIENTS + requests.user()[i]);
            int port = FIRST_PORT + requests.number()[i] % PORTS;
            int server = scheduler.choose(client.hi(), client.lo(), port, VIRTUAL.hi(), VIRTUAL.lo(), 80);
            if (server != Scheduler.NONE) {
                load[server]++;
                counts.active[server]++;
                endings.add(new Ending(now + draw.exponential(service), server));
            }
        }
        return load;
    }
}
