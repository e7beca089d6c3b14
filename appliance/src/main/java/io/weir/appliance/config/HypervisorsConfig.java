package io.weir.appliance.config;

import io.weir.appliance.config.Choices.ArpAnswers;
import io.weir.appliance.config.Choices.FlowMode;
import io.weir.scheduler.Endpoint;
import io.weir.scheduler.IpAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The hosts whose virtual machines are servers, and the OpenFlow controller that makes their switches restore ports: the
 * keys {@code openflow.…} and {@code hypervisor.…}.
 *
 * @param listen where switches connect to
 * @param cookie the upper 16 bits of the cookie of each entry; nodes that share their addresses share it
 * @param arp who answers for virtual addresses there
 * @param flows when entries are made
 * @param tls how switches and node prove who they are; empty: plain TCP
 * @param hosts the hypervisors, in the file's order; empty: there is no controller
 */
public record HypervisorsConfig(
        Endpoint listen, int cookie, ArpAnswers arp, FlowMode flows, Optional<Tls> tls, List<Host> hosts) {
    /**
     * Files of TLS, all PEM.
     *
     * @param certificate the node's
     * @param key its private key
     * @param authority whose certificates switches must show
     */
    public record Tls(Path certificate, Path key, Path authority) {}

    /**
     * A hypervisor.
     *
     * @param name the second segment of its keys
     * @param datapath its switch's datapath id
     * @param address its own address, which {@code host=} of a server may name
     * @param mac its own hardware address; frames for it are handed to the server whose port they name
     * @param uplinks ports of its switch that lead to other machines
     */
    public record Host(String name, long datapath, IpAddress address, Optional<MacAddress> mac, List<String> uplinks) {}

    /** Whether there is anything to control. */
    public boolean isEmpty() {
        return hosts.isEmpty();
    }

    /**
     * The hypervisor that has an address.
     *
     * @param address its own
     * @return it; empty when none has it
     */
    public Optional<Host> byAddress(IpAddress address) {
        return hosts.stream().filter(host -> host.address().equals(address)).findFirst();
    }
}
