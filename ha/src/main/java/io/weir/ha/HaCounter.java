package io.weir.ha;

/**
 * What the HA thread counts. The id is the place in the counters file: append, never reorder within a version.
 *
 * <p>An advertisement that was received is either heard or counted by exactly one {@code vrrp.ignored.…}.
 */
public enum HaCounter {
    TERMS("ha.terms", "times that this node became master"),
    LAPSES("ha.lapses", "masterships that ended because this node had not been able to speak for too long"),
    STALLS("ha.stalls", "times that a worker finished no cycle within ha.watchdog"),

    SENT("vrrp.sent", "advertisements sent, each family for itself"),
    SENT_PRIORITY_ZERO("vrrp.sent.priority-zero", "of these, farewells with priority 0"),
    SEND_FAILED("vrrp.send-failed", "advertisements that the kernel did not take"),
    RECEIVED("vrrp.received", "VRRP packets received"),
    HEARD("vrrp.heard", "of these, valid advertisements of this virtual router"),
    HEARD_PRIORITY_ZERO("vrrp.heard.priority-zero", "of these, farewells with priority 0"),
    HEARD_PLAIN_CHECKSUM("vrrp.heard.plain-checksum", "of these, over IPv4 with a checksum without pseudo header"),
    INTERVAL_MISMATCH("vrrp.mismatch.interval", "heard, but with another interval than this node's"),
    ADDRESS_MISMATCH("vrrp.mismatch.addresses", "heard, but with other virtual addresses than this node's"),

    IGNORED_TTL("vrrp.ignored.ttl", "TTL or hop limit other than 255: it came through a router"),
    IGNORED_VERSION("vrrp.ignored.version", "version other than 3"),
    IGNORED_TYPE("vrrp.ignored.type", "no advertisement"),
    IGNORED_LENGTH("vrrp.ignored.length", "shorter than its address count says, or without addresses"),
    IGNORED_CHECKSUM("vrrp.ignored.checksum", "checksum wrong"),
    IGNORED_VRID("vrrp.ignored.vrid", "of another virtual router"),
    IGNORED_OWNER("vrrp.ignored.owner", "this node has priority 255, whom nobody outranks"),
    IGNORED_OWN("vrrp.ignored.own", "from an address of this node: its own, come back, or a doubled address"),
    IGNORED_PEER("vrrp.ignored.peer", "from a host that is not among ha.vrrp.peers"),
    IGNORED_DESTINATION("vrrp.ignored.destination", "to the group where peers are set, or to this host where none are"),

    ANNOUNCED_ARP("announce.arp", "gratuitous ARP requests sent"),
    ANNOUNCED_ND("announce.nd", "unsolicited neighbour advertisements sent"),
    ANNOUNCE_FAILED("announce.failed", "gratuitous ARP and advertisements that the kernel did not take"),

    ROUTES_ADDED("bgp.routes-added", "host routes of virtual addresses put into the kernel's table"),
    ROUTES_REMOVED("bgp.routes-removed", "of these, taken out again by this node"),
    ROUTES_RESTORED("bgp.routes-restored", "times that one was gone and was put back: another program had removed it"),
    ROUTES_REFUSED("bgp.routes-refused", "host routes that the kernel did not take, or did not let go");

    private final String label;
    private final String meaning;

    HaCounter(String label, String meaning) {
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
}
