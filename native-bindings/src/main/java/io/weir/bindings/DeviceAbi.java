package io.weir.bindings;

/**
 * What {@link DeviceFacts} asks of a device: {@code linux/sockios.h}, {@code linux/if.h} and {@code linux/ethtool.h}
 * (Linux 6.1). The request itself is laid out in {@link EthtoolAbi}.
 *
 * <pre>
 *   struct ethtool_channels: nine u32
 *   0     4       8       12         16            20        24        28           32              36
 *   +-----+-------+-------+----------+-------------+---------+---------+------------+---------------+
 *   | cmd | max_rx| max_tx| max_other| max_combined| rx_count| tx_count| other_count| combined_count|
 *   +-----+-------+-------+----------+-------------+---------+---------+------------+---------------+
 * </pre>
 */
final class DeviceAbi {
    static final int SIOCGIFFLAGS = 0x8913;
    static final int SIOCGIFMTU = 0x8921;
    static final int SIOCGIFHWADDR = 0x8927;
    static final int SIOCGIFINDEX = 0x8933;

    /** Where the union of answers begins in {@code struct ifreq}. */
    static final int IFREQ_UNION = 16;
    /** {@code sa_data} of {@code ifr_hwaddr}. */
    static final int IFREQ_HWADDR_DATA = 18;

    static final int IFF_UP = 1;

    static final int ETHTOOL_GDRVINFO = 0x03;
    static final int DRVINFO_SIZE = 196;
    static final int DRVINFO_DRIVER = 4;
    static final int DRVINFO_DRIVER_LENGTH = 32;

    static final int ETHTOOL_GCHANNELS = 0x3c;
    static final int CHANNELS_SIZE = 36;
    static final int CHANNELS_RX_COUNT = 20;
    static final int CHANNELS_COMBINED_COUNT = 32;

    private DeviceAbi() {}
}
