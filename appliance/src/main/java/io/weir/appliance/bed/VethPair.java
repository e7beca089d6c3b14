package io.weir.appliance.bed;

import io.weir.bindings.EthtoolOffloads;
import java.util.List;

/**
 * Two devices joined by a wire, each in a namespace, both up, their offloads off: what one end sends is what the other
 * end reads, frame for frame, with finished checksums.
 *
 * @param left one end
 * @param right the other end
 * @param mtu of both ends
 * @param queues receive and transmit queues of both ends
 */
public record VethPair(End left, End right, int mtu, int queues) {
    /**
     * One end.
     *
     * @param namespace where it lives
     * @param device its name there
     * @param mac its hardware address
     */
    public record End(Namespace namespace, String device, String mac) {}

    /** A hardware address for a host of a network of the bed. */
    static String mac(int network, int host) {
        return "02:00:00:00:%02x:%02x".formatted(network, host);
    }

    /** Makes the pair and brings it up. */
    public VethPair create() {
        Program.run(
                "ip -n %s link add name %s address %s mtu %d numtxqueues %d numrxqueues %d type veth peer name %s address %s mtu %d numtxqueues %d numrxqueues %d netns %s"
                        .formatted(
                                left.namespace().name(),
                                left.device(),
                                left.mac(),
                                mtu,
                                queues,
                                queues,
                                right.device(),
                                right.mac(),
                                mtu,
                                queues,
                                queues,
                                right.namespace().name())
                        .split(" "));
        for (End end : List.of(left, right)) {
            end.namespace().call(() -> {
                EthtoolOffloads.disableAll(end.device());
                return null;
            });
            end.namespace().ip("link set " + end.device() + " up");
        }
        return this;
    }
}
