package io.weir.engine.counters;

/**
 * What each worker counts. The id is the position in the counters file: append, never reorder within a version.
 *
 * <p>Every frame received is sent, answered, handed on, given to the kernel, or counted by exactly one {@code drop.…}.
 */
public enum Counter {
    RX_FRAMES("rx.frames", "frames received from devices"),
    RX_BYTES("rx.bytes", "bytes received from devices"),
    TX_FRAMES("tx.frames", "frames given to devices"),
    TX_BYTES("tx.bytes", "bytes given to devices"),
    HANDOFF_OUT("handoff.out", "frames handed to the worker that owns their flow"),
    HANDOFF_IN("handoff.in", "frames taken over from other workers"),
    CYCLES_BUSY("cycles.busy", "duty cycles that found work"),
    CYCLES_LONG(
            "cycles.long",
            "duty cycles that took half a millisecond or longer: something kept the worker from its core"),

    FLOWS("flows", "flow records in the table now"),
    FLOWS_CREATED("flows.created", "flow records created"),
    FLOWS_EXPIRED("flows.expired", "flow records removed by timeout"),
    FORWARDED_TO_SERVER("forward.to-server", "packets of clients sent to a real server"),
    FORWARDED_TO_CLIENT("forward.to-client", "packets of real servers sent to a client"),
    FRAGMENTS("fragments", "IP fragments matched to their flow"),
    ICMP_TRANSLATED("icmp.translated", "ICMP errors about a translated flow, translated"),
    CHECKSUM_COMPLETED("checksum.completed", "unfinished transport checksums completed"),

    REPLY_ARP("reply.arp", "ARP requests answered"),
    REPLY_ND("reply.nd", "neighbour solicitations answered"),
    REPLY_ECHO("reply.echo", "pings answered"),
    REPLY_RST("reply.rst", "TCP segments refused with RST"),
    REPLY_ICMP("reply.icmp", "ICMP errors sent"),
    REPLY_LIMITED("reply.limited", "RST or ICMP errors not sent because of the rate limit"),
    EXCEPTION_KERNEL("exception.kernel", "frames given back to the kernel"),

    GENERATION("generation", "generation of the service table that the worker works by"),

    DROP_RX_RING("drop.rx-ring", "frames that the kernel dropped before they were received: ring full"),
    DROP_TX_DEVICE("drop.tx-device", "frames that the device dropped after they were given to it"),
    DROP_SHORT("drop.short", "frame or header cut off"),
    DROP_OTHER_HOST("drop.other-host", "frame addressed to another host's MAC address, flooded here by a switch"),
    DROP_ETHER_TYPE("drop.ether-type", "neither IPv4, IPv6 nor ARP"),
    DROP_BAD_VERSION("drop.bad-version", "IP version does not match the frame's type"),
    DROP_BAD_HEADER("drop.bad-header", "IP header length or total length impossible"),
    DROP_BAD_CHECKSUM("drop.bad-checksum", "IPv4 header checksum wrong"),
    DROP_BAD_EXTENSION("drop.bad-extension", "IPv6 extension header malformed, or too many of them"),
    DROP_BAD_TCP("drop.bad-tcp", "TCP header length impossible"),
    DROP_BAD_UDP("drop.bad-udp", "UDP length impossible"),
    DROP_BAD_ICMP("drop.bad-icmp", "ICMP message or the packet quoted in it malformed"),
    DROP_BAD_ARP("drop.bad-arp", "ARP message malformed"),
    DROP_BAD_ND("drop.bad-nd", "neighbour discovery message malformed (RFC 4861 §7.1)"),
    DROP_MARTIAN("drop.martian", "source address that no host has"),
    DROP_PROTOCOL("drop.protocol", "to an owned address, neither TCP, UDP nor ICMP"),
    DROP_NO_SERVICE("drop.no-service", "no service on this port of an owned address"),
    DROP_NO_SERVER("drop.no-server", "the service has no server that takes connections"),
    DROP_NO_FLOW("drop.no-flow", "mid-stream TCP segment of an unknown flow"),
    DROP_RST_NO_FLOW("drop.rst-no-flow", "RST of an unknown flow"),
    DROP_ICMP_NO_FLOW("drop.icmp-no-flow", "ICMP error about an unknown flow"),
    DROP_ICMP_TYPE("drop.icmp-type", "ICMP message to an owned address that needs no answer"),
    DROP_FRAGMENT("drop.fragment", "later fragment of an unknown datagram"),
    DROP_NO_NEIGHBOUR("drop.no-neighbour", "the server's or client's next hop has no known MAC address"),
    DROP_TABLE_FULL("drop.table-full", "no room for another flow"),
    DROP_TUPLE_CONFLICT("drop.tuple-conflict", "another flow of the same client endpoint holds the same server"),
    DROP_TTL("drop.ttl", "TTL or hop limit used up"),
    DROP_TOO_BIG("drop.too-big", "longer than the MTU of the way out"),
    DROP_TX_FULL("drop.tx-full", "transmit ring full; of an answer, besides the reason that it tells"),
    DROP_HANDOFF_FULL("drop.handoff-full", "hand-off ring full"),
    DROP_NO_FRAME("drop.no-frame", "no free frame for a copy or an answer"),
    DROP_NOT_OURS("drop.not-ours", "not addressed to anything owned, and no way to the kernel"),
    DROP_ARP_OTHER("drop.arp-other", "ARP or ND for an address that is not owned"),
    DROP_EXCEPTION_FULL("drop.exception-full", "the kernel took no more frames back"),
    DROP_NOT_MASTER("drop.not-master", "received while another node is master, or none"),

    FLOWS_FORGOTTEN("flows.forgotten", "flow records forgotten because the node was no longer master"),

    RECONSTRUCTED_DERIVE("reconstructed.derive", "unknown flows whose server the scheduler told"),
    RECONSTRUCTED_LEARN("reconstructed.learn", "unknown flows whose server spoke first"),
    RECONSTRUCTED_PROBE("reconstructed.probe", "unknown flows whose server was found by asking"),
    RECONSTRUCTED_REPLAY("reconstructed.replay", "flows that go on at another server by a replay"),
    RECONSTRUCTED_REFUSE("reconstructed.refuse", "flows refused with RST because no means applied"),
    PROBE_SENT("probe.sent", "copies of a client's segment sent to further candidates"),
    PROBE_PROVISIONAL("probe.provisional", "flows given to a candidate that was silent"),
    REPLAY_SENT(
            "replay.sent", "segments that replays sent of themselves: SYN, ACK, and copies of what a probe had sent"),
    REPLAY_RECEIVED("replay.received", "answers of servers to a replay's SYN"),
    REPLAY_FAILED("replay.failed", "connections that a server refused a replay, or did not answer"),
    REPLAY_1MS("replay.latency.1ms", "replays that took up to 1 ms from the segment to the server's answer"),
    REPLAY_3MS("replay.latency.3ms", "replays that took more than that, up to 3 ms"),
    REPLAY_10MS("replay.latency.10ms", "more than that, up to 10 ms"),
    REPLAY_30MS("replay.latency.30ms", "more than that, up to 30 ms"),
    REPLAY_100MS("replay.latency.100ms", "more than that, up to 100 ms"),
    REPLAY_300MS("replay.latency.300ms", "more than that, up to 300 ms"),
    REPLAY_1S("replay.latency.1s", "more than that, up to 1 s"),
    REPLAY_LONGER("replay.latency.longer", "more than that"),
    SERVER_DEATHS("server.deaths", "flows whose server was found dead by their retransmissions"),
    HELD_IN("held.in", "frames held back while their flow is reconstructed"),
    HELD_OUT("held.out", "of these, frames that went on or were dropped"),
    DROP_HELD("drop.held", "held back, and then the flow was given up; or more came than a flow may hold"),
    DROP_PENDING("drop.pending", "of no use while its flow is reconstructed: duplicates, fragments, stray answers"),
    DROP_PROBE_RST("drop.probe-rst", "RST of a server that does not own the flow, kept from the client"),
    DROP_PROBE_MISFIT("drop.probe-misfit", "other segments of such a server, kept from the client"),
    DROP_RECONSTRUCT_RATE("drop.reconstruct-rate", "unknown flows beyond reconstruct.rate"),
    DROP_REPLAY_RATE("drop.replay-rate", "flows to be replayed beyond reconstruct.replay-rate"),
    DROP_RECONSTRUCT_FULL("drop.reconstruct-full", "more flows to be reconstructed at once than there is room for"),
    DROP_NO_LOCAL_PORT(
            "drop.no-local-port",
            "flows under full NAT refused, or to be replayed, but no local address or port was free"),
    DROP_BEFORE_REPLAY("drop.before-replay", "client's segment from before a replay: the flow was refused"),
    DROP_SERVER_DEAD("drop.server-dead", "client's segment to a dead server"),
    DROP_AMBIGUOUS("drop.ambiguous", "server's segment of an unknown flow that may be of several services"),
    DROP_BAD_OPTIONS("drop.bad-options", "TCP options malformed in a segment whose numbers had to be translated"),
    DROP_STALE("drop.stale", "packet of a server about a connection that its flow has left"),
    DROP_NAT_NO_FLOW("drop.nat-no-flow", "packet of a server to a local port that no flow uses"),
    DROP_NOT_DERIVED(
            "drop.not-derived",
            "mid-stream TCP segment of an unknown flow whose server's answers do not pass here, and cannot be derived"),
    TUNNEL_SENT("tunnel.sent", "packets encapsulated for a server"),
    TUNNEL_MTU("tunnel.mtu-learned", "words of routers that made the path MTU of a tunnel less"),
    TUNNEL_ICMP("tunnel.icmp", "ICMP errors about encapsulated packets, sent on to the client"),
    FLOWS_UNTOLD(
            "flows.untold",
            "times that a worker could not tell the hypervisors' controller of a flow at once, and told it of all instead");

    private static final Counter[] ALL = values();

    private final String label;
    private final String meaning;

    Counter(String label, String meaning) {
        this.label = label;
        this.meaning = meaning;
    }

    /** The name under which operators see it. */
    public String label() {
        return label;
    }

    /** What it counts, in a phrase. */
    public String meaning() {
        return meaning;
    }

    /** Whether it goes down as well as up; all others only grow. */
    public boolean isGauge() {
        return this == FLOWS || this == GENERATION;
    }

    /** How many there are. */
    public static int count() {
        return ALL.length;
    }

    /** The counter with an id. */
    public static Counter of(int id) {
        return ALL[id];
    }
}
