package io.weir.bindings;

/**
 * The part of {@code linux/ethtool.h}, {@code linux/sockios.h} and {@code linux/if.h} (Linux 6.1) that switches
 * offloads.
 *
 * <pre>
 *   struct ifreq                      struct ethtool_value
 *   0        16        24     40      0     4      8
 *   +--------+---------+------+       +-----+------+
 *   |ifr_name|ifr_data |unused|  ---> | cmd | data |
 *   +--------+---------+------+       +-----+------+
 * </pre>
 */
final class EthtoolAbi {
    static final int SIOCETHTOOL = 0x8946;

    static final int IFNAMSIZ = 16;
    static final int IFREQ_SIZE = 40;
    static final int IFREQ_NAME = 0;
    static final int IFREQ_DATA = 16;

    static final int VALUE_SIZE = 8;
    static final int VALUE_CMD = 0;
    static final int VALUE_DATA = 4;

    static final int ETHTOOL_GTXCSUM = 0x16;
    static final int ETHTOOL_STXCSUM = 0x17;
    static final int ETHTOOL_GTSO = 0x1e;
    static final int ETHTOOL_STSO = 0x1f;
    static final int ETHTOOL_GGSO = 0x23;
    static final int ETHTOOL_SGSO = 0x24;
    static final int ETHTOOL_GGRO = 0x2b;
    static final int ETHTOOL_SGRO = 0x2c;

    private EthtoolAbi() {}
}
