package io.weir.appliance.hypervisor;

import io.weir.engine.worker.FlowNews;
import io.weir.scheduler.IpAddress;
import java.util.List;
import java.util.Map;

/** Hears of the workers' flows, and tells the hypervisors that they concern. The I/O thread's. */
final class FlowReader {
    private static final int PORT = 0xffff;

    private final List<FlowNews> workers;
    private final Map<IpAddress, HostClients> hosts;
    private Map<Integer, Seat> seats = Map.of();
    private int worker;

    /**
     * @param workers by number
     * @param hosts by their addresses
     */
    FlowReader(List<FlowNews> workers, Map<IpAddress, HostClients> hosts) {
        this.workers = workers;
        this.hosts = hosts;
    }

    /**
     * Hears what there is.
     *
     * @param now where servers sit, by their slots: no older than what is heard
     * @return how many news
     */
    int drain(Map<Integer, Seat> now) {
        seats = now;
        int heard = 0;
        for (worker = 0; worker < workers.size(); worker++) {
            heard += workers.get(worker).drain(this::hear);
        }
        return heard;
    }

    private void hear(FlowNews.Kind kind, long clientHi, long clientLo, long key, int server) {
        switch (kind) {
            case ALL -> hosts.values().forEach(host -> host.calls().startOver(worker));
            case FORGOTTEN -> hosts.values().forEach(host -> host.calls().disown(worker));
            case TOLD -> hosts.values().forEach(host -> host.calls().settle(worker));
            case BEGUN, ENDED -> flow(kind, new IpAddress(clientHi, clientLo), key, seats.get(server));
        }
    }

    private void flow(FlowNews.Kind kind, IpAddress client, long key, Seat seat) {
        HostClients host = seat == null ? null : hosts.get(seat.host());
        if (host == null) {
            return;
        }
        int clientPort = (int) (key >>> 48);
        int virtualPort = (int) (key >>> 32) & PORT;
        Outlet outlet = seat.outlet(virtualPort);
        if (kind == FlowNews.Kind.BEGUN) {
            host.calls().begun(outlet, client, clientPort, virtualPort, worker);
        } else {
            host.calls().ended(outlet, client, clientPort, virtualPort);
        }
    }
}
