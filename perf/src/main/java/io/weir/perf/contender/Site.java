package io.weir.perf.contender;

import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.VirtualService;

/**
 * Where a contender works and what it serves.
 *
 * @param node its namespace; it forwards between the devices
 * @param front device on the clients' side
 * @param back device on the servers' side
 * @param service what it serves
 * @param core the core that is meant for it
 */
public record Site(Namespace node, String front, String back, VirtualService service, int core) {
    /** Address and port that clients ask for. */
    public String virtual() {
        return service.family().endpoint(service.family().vip(), service.port());
    }

    /** Address and port of the first server. */
    public String firstServer() {
        VirtualService.RealServer first = service.servers().getFirst();
        return service.family().endpoint(first.address(), first.port());
    }

    /** Lets the kernel of the node hold the virtual address. */
    void holdVirtualAddress() {
        node.ip("address add " + service.family().alone(service.family().vip()) + " dev lo");
    }
}
