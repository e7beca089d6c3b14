package io.weir.appliance.config;

/** The words that keys with a fixed choice take; a constant's name in the file is its own in lower case with hyphens. */
public final class Choices {
    private Choices() {}

    /** {@code workers.idle}: what a worker does when there is nothing to do. */
    public enum Idle {
        /** Spins: the lowest latency, a whole core. */
        BUSY_SPIN,
        /** Yields the core to others. */
        YIELD,
        /** Spins, yields, then sleeps ever longer. */
        BACKOFF
    }

    /** {@code io.driver}. */
    public enum Driver {
        /** AF_XDP where it works, else AF_PACKET. */
        AUTO,
        /** AF_XDP or nothing. */
        AF_XDP,
        /** AF_PACKET with TPACKET_V3 or V2 rings. */
        AF_PACKET
    }

    /** {@code io.interface.<role>}: a side of the node. */
    public enum Role {
        /** Towards the clients; the only one in a one-arm set-up. */
        FRONT,
        /** Towards the servers. */
        BACK
    }

    /** {@code io.xdp.mode}: where the XDP program runs. */
    public enum XdpMode {
        /** In the driver where it can, else in the stack. */
        AUTO,
        /** In the driver. */
        NATIVE,
        /** In the stack. */
        GENERIC
    }

    /** For features of the kernel that may be used, must be used or must not. */
    public enum Toggle {
        /** Used where it works. */
        AUTO,
        /** Must work. */
        ON,
        /** Not used. */
        OFF
    }

    /** {@code service.<name>.protocol}. */
    public enum Protocol {
        /** TCP. */
        TCP,
        /** UDP. */
        UDP
    }

    /** {@code service.<name>.forward}: how a packet gets to its server. */
    public enum Forward {
        /** Destination rewritten; replies come back through the node. */
        NAT,
        /** Source rewritten, too. */
        FULLNAT,
        /** Only the MAC (and the port) rewritten; replies go straight to the client. */
        DR,
        /** Encapsulated; replies go straight to the client. */
        TUN
    }

    /** {@code service.<name>.reconstruct}: what happens to mid-stream packets of unknown flows. */
    public enum Reconstruct {
        /** Derive, learn, probe, replay, refuse. */
        FULL,
        /** Derive, learn, probe, refuse. */
        ADOPT,
        /** Replay, refuse. */
        REPLAY,
        /** Refuse. */
        OFF
    }

    /** {@code service.<name>.replay-guard}: what may be replayed. */
    public enum ReplayGuard {
        /** Any payload. */
        NONE,
        /** A payload that begins an HTTP/1.x request. */
        HTTP
    }

    /** {@code service.<name>.on-server-death}: what happens to a dead server's flows. */
    public enum OnServerDeath {
        /** The client is reset and connects again. */
        RESET,
        /** The flow moves to another server. */
        REPLAY,
        /** Nothing. */
        KEEP
    }

    /** {@code hypervisor.arp}: who answers for a virtual address on a hypervisor. */
    public enum ArpAnswers {
        /** The switch answers what its own ports ask; what the uplink asks is left to the balancer. */
        ANSWER,
        /** The switch answers what the uplink asks, too. */
        ANSWER_ALL,
        /** The switch drops the question. */
        DROP
    }

    /** {@code hypervisor.flows}: when the entries of a hypervisor are made. */
    public enum FlowMode {
        /** Before the first packet, for every client. */
        SERVICE,
        /** For each client, with its first packet. */
        CLIENT
    }

    /** {@code tunnel=} of a server. */
    public enum Tunnel {
        /** IP in IP. */
        IPIP,
        /** GRE. */
        GRE,
        /** Generic UDP encapsulation. */
        GUE,
        /** VXLAN. */
        VXLAN
    }

    /** {@code vip.reject}: what other ports of a virtual address answer. */
    public enum Reject {
        /** RST for TCP, ICMP port unreachable for the rest. */
        REJECT,
        /** Nothing. */
        DROP
    }

    /** {@code forward.ttl}: what forwarding does to TTL and hop limit. */
    public enum Ttl {
        /** One less, as a router does. */
        DECREMENT,
        /** Unchanged, as if the node were not there. */
        KEEP
    }

    /** {@code ha.mode}. */
    public enum HaMode {
        /** A node on its own. */
        NONE,
        /** VRRP version 3. */
        VRRP,
        /** Virtual addresses announced by BGP. */
        BGP
    }

    /** {@code host.guest.<port>.configuration}: what keeps a guest's virtual addresses over its restart. */
    public enum GuestConfiguration {
        /** Whatever the guest uses for the device. */
        AUTO,
        /** systemd-networkd: a drop-in beside the device's {@code .network} file. */
        NETWORKD,
        /** netplan: a file of our own. */
        NETPLAN,
        /** ifupdown: {@code /etc/network/interfaces.d/weir}, or a part of {@code /etc/network/interfaces}. */
        IFUPDOWN,
        /** NetworkManager: a part of the connection's keyfile. */
        NETWORKMANAGER,
        /** Red Hat's or SUSE's {@code ifcfg-DEVICE}: a part of it. */
        IFCFG,
        /** Nothing: after a restart the addresses are back when they are missed. */
        NONE
    }
}
