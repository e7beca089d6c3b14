package io.weir.appliance.config;

import io.weir.appliance.config.Choices.GuestConfiguration;
import io.weir.scheduler.IpAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/**
 * What {@code weir host} does on one hypervisor: the keys {@code host.…}, and what services and servers say of its guests.
 *
 * @param file the file that it was read from
 * @param name the hypervisor's
 * @param status the file in which the host's status is kept
 * @param interval between two looks at a guest
 * @param timeout how long an answer may take
 * @param backoff between two attempts, at most
 * @param guests servers of services with {@code forward = dr} on this hypervisor, by their ports, in the file's order
 */
public record HostConfig(
        Path file,
        String name,
        Path status,
        Duration interval,
        Duration timeout,
        Duration backoff,
        List<Guest> guests) {
    /**
     * A guest.
     *
     * @param port its port of the hypervisor's switch
     * @param agent the socket of its guest agent; empty: its owner sees to the addresses
     * @param device its device for virtual addresses; empty: the one that has one of its own addresses
     * @param configuration what keeps the addresses over its restart
     * @param own addresses of its own
     * @param wanted the virtual addresses that it is to hold
     */
    public record Guest(
            String port,
            Optional<Path> agent,
            Optional<String> device,
            GuestConfiguration configuration,
            SortedSet<IpAddress> own,
            SortedSet<IpAddress> wanted) {}
}
