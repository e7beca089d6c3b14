package io.weir.appliance.hypervisor;

import io.weir.scheduler.IpAddress;

/**
 * An entry that restores the port of replies to one client: what it says, on whatever number its switch has for the port.
 *
 * @param outlet where the replies come from
 * @param client whom they go to
 * @param clientPort the client's port; 0: any
 * @param virtualPort the port that they are to come from
 */
record ClientEntry(Outlet outlet, IpAddress client, int clientPort, int virtualPort) {
    /** Bit of a cookie that tells entries of clients from those of services. */
    static final long CLIENT = 1L << 47;

    ClientPlace place(int inPort) {
        return new ClientPlace(inPort, outlet.tcp(), outlet.virtual(), outlet.guestPort(), client, clientPort);
    }

    /**
     * Its cookie, which needs to tell no two entries apart, since they are known by their matches.
     *
     * <pre>
     *  63        48 47 46          32 31         16 15          0
     * ┌────────────┬──┬──────────────┬─────────────┬─────────────┐
     * │ owner      │ 1│ 0            │ client port │ virtual port│
     * └────────────┴──┴──────────────┴─────────────┴─────────────┘
     * </pre>
     */
    static long cookie(int owner, int clientPort, int virtualPort) {
        return (long) owner << 48 | CLIENT | (long) clientPort << 16 | virtualPort;
    }

    /** The virtual port that a cookie tells. */
    static int virtualPort(long cookie) {
        return (int) cookie & 0xffff;
    }
}
