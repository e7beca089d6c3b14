package io.weir.engine.worker;

import io.weir.engine.packet.Transport;
import io.weir.engine.service.ReconstructionPolicy;
import io.weir.engine.service.ReconstructionPolicy.Mode;
import io.weir.engine.service.ServerSpec;
import io.weir.engine.service.ServiceSpec;
import io.weir.scheduler.IpAddress;
import io.weir.scheduler.SchedulerKind;
import io.weir.scheduler.SchedulingPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;

/**
 * What a node gets that has just taken over, for a warm-up: segments in the middle of connections that it does not know.
 * Servers that own them and servers that do not ({@link WarmUpServers}), connections of the node's own in place of lost
 * ones, servers that speak first; each family, each mode.
 */
final class WarmUpTakeover implements AutoCloseable {
    private static final int FIRST_SERVICE = 300;
    private static final int SERVERS = 3;
    private static final int FLOWS = 8;
    private static final int FIRST_PORT = 20_000;
    private static final int PORTS = 40_000;
    private static final int PAYLOAD = 400;

    /** By number of the service: what is done, and by which scheduler. */
    private static final Mode[] MODES = {Mode.FULL, Mode.ADOPT, Mode.REPLAY, Mode.FULL};

    private static final SchedulerKind[] SCHEDULERS = {
        SchedulerKind.RR, SchedulerKind.WLC, SchedulerKind.RR, SchedulerKind.MH
    };

    private final WarmUpWire wire;
    private final WarmUpServers servers;
    private final IntSupplier cycle;
    private final WarmUpFrames[][] frames = new WarmUpFrames[WarmUpServers.PORTS][];
    private int turn;
    private int port;

    /**
     * @param wire to the workers
     * @param servers at its other end
     * @param cycle lets the workers do what there is to do, and counts frames
     */
    WarmUpTakeover(WarmUpWire wire, WarmUpServers servers, IntSupplier cycle) {
        this.wire = wire;
        this.servers = servers;
        this.cycle = cycle;
        for (int n = 0; n < WarmUpServers.PORTS; n++) {
            frames[n] = new WarmUpFrames[] {family(true, n), family(false, n)};
        }
    }

    private static WarmUpFrames family(boolean v4, int service) {
        return new WarmUpFrames(
                IpAddress.parse(v4 ? "10.0.0.2" : "2001:db8:c::2"),
                virtual(v4),
                WarmUpServers.address(v4, 0),
                WarmUpServers.FIRST_PORT + service);
    }

    private static IpAddress virtual(boolean v4) {
        return IpAddress.parse(v4 ? "203.0.113.5" : "2001:db8::5");
    }

    /** What it needs to be served. */
    static List<ServiceSpec> services() {
        List<ServiceSpec> services = new ArrayList<>();
        for (boolean v4 : new boolean[] {true, false}) {
            for (int n = 0; n < WarmUpServers.PORTS; n++) {
                List<ServerSpec> specs = new ArrayList<>();
                for (int s = 0; s < SERVERS; s++) {
                    specs.add(ServerSpec.of("" + s, WarmUpServers.address(v4, s), WarmUpServers.FIRST_PORT + n, 1));
                }
                services.add(new ServiceSpec(
                                "warm-up",
                                virtual(v4),
                                FIRST_SERVICE + n,
                                Transport.TCP,
                                SCHEDULERS[n],
                                Set.of(),
                                SchedulingPlan.DEFAULT_TABLE_SIZE,
                                specs)
                        .with(ReconstructionPolicy.of(MODES[n])));
            }
        }
        return services;
    }

    /**
     * Some flows of one service, from the first segment that comes here to the last.
     *
     * @param silent whether the servers say nothing
     * @return frames that came through
     */
    int turn(boolean silent) {
        int service = (turn >>> 1) % WarmUpServers.PORTS;
        WarmUpFrames f = frames[service][turn & 1];
        turn++;
        port = (port + FLOWS) % PORTS;
        servers.silent(silent);
        int came = client(f, service, Transport.ACK | Transport.PSH, 1, PAYLOAD);
        came += client(f, service, Transport.ACK | Transport.PSH, 1 + PAYLOAD, PAYLOAD);
        came += client(f, service, Transport.ACK | (silent ? Transport.RST : Transport.FIN), 1 + 2 * PAYLOAD, 0);
        port = (port + FLOWS) % PORTS;
        came += serverFirst(f, service);
        servers.silent(false);
        return came;
    }

    private int client(WarmUpFrames f, int service, int flags, int seq, int payload) {
        for (int i = 0; i < FLOWS; i++) {
            int length = f.fromClient(FIRST_PORT + port + i, FIRST_SERVICE + service, flags, seq, payload);
            wire.inject(IsolatedWorkers.FRONT, f.address(), length);
        }
        return cycle.getAsInt();
    }

    private int serverFirst(WarmUpFrames f, int service) {
        for (int i = 0; i < FLOWS; i++) {
            int length = f.fromServer(FIRST_PORT + port + i, Transport.ACK | Transport.PSH, PAYLOAD);
            wire.inject(IsolatedWorkers.BACK, f.address(), length);
        }
        int came = cycle.getAsInt();
        return came + client(f, service, Transport.ACK, 1, 0);
    }

    @Override
    public void close() {
        for (WarmUpFrames[] service : frames) {
            for (WarmUpFrames each : service) {
                each.close();
            }
        }
    }
}
