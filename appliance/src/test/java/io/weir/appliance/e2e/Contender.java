package io.weir.appliance.e2e;

import io.weir.appliance.Requires;
import io.weir.appliance.bed.Bed;

/** What stands between the clients and the servers while a test runs. */
enum Contender {
    /** Kernel NAT in the node's namespace: shows that a bed and its tests are right before Weir is asked. */
    NFTABLES(null, null),
    /** Weir on AF_XDP, its program in the driver. */
    AF_XDP_NATIVE("af_xdp", "native"),
    /** Weir on AF_XDP, its program in the kernel's common receive path. */
    AF_XDP_GENERIC("af_xdp", "generic"),
    /** Weir on AF_PACKET. */
    AF_PACKET("af_packet", null);

    private final String driver;
    private final String xdpMode;

    Contender(String driver, String xdpMode) {
        this.driver = driver;
        this.xdpMode = xdpMode;
    }

    boolean isWeir() {
        return this != NFTABLES;
    }

    boolean isAfXdp() {
        return "af_xdp".equals(driver);
    }

    /** What {@code ip link show} says of a device while it runs; {@code null}: nothing of XDP. */
    String linkFlag() {
        return isAfXdp() ? "native".equals(xdpMode) ? " xdp " : " xdpgeneric " : null;
    }

    /** The driver's name in the properties file and in the line that says that a node is ready. */
    String driver() {
        return driver;
    }

    /** Skips the test where the machine cannot run it. */
    void require() {
        Requires.root();
        Requires.tool("ip");
        Requires.tool("nft");
        Requires.tool("tcpdump");
    }

    /** Starts it in the bed's node. */
    Node start(Bed bed, Shape shape) {
        return isWeir() ? WeirNode.start(bed, driver, xdpMode, shape) : NftablesNode.start(bed);
    }

    /** A contender at work. */
    interface Node extends AutoCloseable {
        /** Stops it in an orderly way, and leaves nothing behind. */
        @Override
        void close();

        /** The end of what it printed, for a failure's message. */
        String log();
    }
}
