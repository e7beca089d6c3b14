package io.weir.ha.vrrp;

import io.weir.ha.HaCounter;
import io.weir.ha.HaCounters;
import io.weir.scheduler.IpAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a packet concerns this node's virtual router (RFC 9568 §7.1), and why not: each reason is a counter. HA thread
 * only.
 */
public final class ReceptionRules {
    /** The group of VRRP over IPv4, 224.0.0.18. */
    public static final IpAddress GROUP_V4 = IpAddress.parse("224.0.0.18");

    /** The group of VRRP over IPv6, ff02::12. */
    public static final IpAddress GROUP_V6 = IpAddress.parse("ff02::12");

    private final VirtualRouterConfig config;
    private final Set<IpAddress> peers;
    private final HaCounters counters;
    private Set<IpAddress> own = Set.of();
    private List<IpAddress> ipv4 = List.of();
    private List<IpAddress> ipv6 = List.of();

    /**
     * @param peers whom to believe; none: everybody who speaks to the group
     */
    public ReceptionRules(VirtualRouterConfig config, Collection<IpAddress> peers, HaCounters counters) {
        this.config = config;
        this.peers = Set.copyOf(peers);
        this.counters = counters;
    }

    /**
     * Sets what may change.
     *
     * @param ownAddresses addresses of the device
     * @param advertised what this node's advertisements carry over IPv4
     * @param advertised6 and over IPv6
     */
    public void update(Collection<IpAddress> ownAddresses, List<IpAddress> advertised, List<IpAddress> advertised6) {
        own = Set.copyOf(ownAddresses);
        ipv4 = advertised;
        ipv6 = advertised6;
    }

    /**
     * Judges a packet, and counts the verdict.
     *
     * @param priority what this node takes part with now
     * @return the advertisement, if this node has to heed it
     */
    public Optional<Advertisement> judge(Datagram packet, int priority) {
        counters.increment(HaCounter.RECEIVED);
        switch (AdvertisementCodec.read(packet, !peers.isEmpty())) {
            case Reception.Ignored(HaCounter why) -> {
                counters.increment(why);
                return Optional.empty();
            }
            case Reception.Heard(Advertisement heard, boolean plainChecksum) -> {
                Optional<HaCounter> refusal = refusal(packet, heard, priority);
                refusal.ifPresentOrElse(
                        counters::increment, () -> count(heard, packet.source().isV4(), plainChecksum));
                return refusal.isPresent() ? Optional.empty() : Optional.of(heard);
            }
        }
    }

    private Optional<HaCounter> refusal(Datagram packet, Advertisement heard, int priority) {
        IpAddress group = packet.source().isV4() ? GROUP_V4 : GROUP_V6;
        if (heard.vrid() != config.vrid()) {
            return Optional.of(HaCounter.IGNORED_VRID);
        }
        if (peers.isEmpty() != packet.destination().equals(group)) {
            return Optional.of(HaCounter.IGNORED_DESTINATION);
        }
        if (own.contains(packet.source())) {
            return Optional.of(HaCounter.IGNORED_OWN);
        }
        if (!peers.isEmpty() && !peers.contains(packet.source())) {
            return Optional.of(HaCounter.IGNORED_PEER);
        }
        return priority == VirtualRouterConfig.OWNER ? Optional.of(HaCounter.IGNORED_OWNER) : Optional.empty();
    }

    /** What differs from this node's configuration is a mistake of somebody's, but no reason not to believe a master. */
    private void count(Advertisement heard, boolean v4, boolean plainChecksum) {
        counters.increment(HaCounter.HEARD);
        if (heard.priority() == 0) {
            counters.increment(HaCounter.HEARD_PRIORITY_ZERO);
        }
        if (plainChecksum) {
            counters.increment(HaCounter.HEARD_PLAIN_CHECKSUM);
        }
        if (heard.centiseconds() != config.centiseconds()) {
            counters.increment(HaCounter.INTERVAL_MISMATCH);
        }
        List<IpAddress> expected = v4 ? ipv4 : ipv6;
        if (heard.addresses().size() != expected.size()
                || !Set.copyOf(heard.addresses()).equals(Set.copyOf(expected))) {
            counters.increment(HaCounter.ADDRESS_MISMATCH);
        }
    }
}
