package io.weir.bindings.xdp;

/**
 * {@code linux/if_xdp.h} (Linux 6.1, where nothing else is said).
 *
 * <pre>
 *   struct sockaddr_xdp                          struct xdp_umem_reg
 *   0       2       4        8         12    16  0       8      16          20        24      28     32
 *   +-------+-------+--------+---------+------+  +-------+------+-----------+---------+-------+------+
 *   | family| flags | ifindex| queue_id|  fd  |  | addr  | len  | chunk_size| headroom| flags |  0   |
 *   +-------+-------+--------+---------+------+  +-------+------+-----------+---------+-------+------+
 *
 *   struct xdp_mmap_offsets: rx, tx, fr, cr      struct xdp_desc
 *   each of them                                 0        8      12        16
 *   0          8          16     24     32       +--------+------+---------+
 *   +----------+----------+------+------+        |  addr  |  len | options |
 *   | producer | consumer | desc | flags|        +--------+------+---------+
 *   +----------+----------+------+------+
 * </pre>
 */
final class XskAbi {
    static final int XDP_SHARED_UMEM = 1;
    static final int XDP_COPY = 1 << 1;
    static final int XDP_ZEROCOPY = 1 << 2;
    static final int XDP_USE_NEED_WAKEUP = 1 << 3;

    static final int XDP_RING_NEED_WAKEUP = 1;

    static final int SOCKADDR_SIZE = 16;
    static final int SOCKADDR_FAMILY = 0;
    static final int SOCKADDR_FLAGS = 2;
    static final int SOCKADDR_IFINDEX = 4;
    static final int SOCKADDR_QUEUE_ID = 8;
    static final int SOCKADDR_SHARED_UMEM_FD = 12;

    static final int XDP_MMAP_OFFSETS = 1;
    static final int XDP_RX_RING = 2;
    static final int XDP_TX_RING = 3;
    static final int XDP_UMEM_REG = 4;
    static final int XDP_UMEM_FILL_RING = 5;
    static final int XDP_UMEM_COMPLETION_RING = 6;
    static final int XDP_STATISTICS = 7;
    static final int XDP_OPTIONS = 8;
    /** Linux 6.18: how many frames one {@code sendto} of copy mode may send, 32 unless set. */
    static final int XDP_MAX_TX_SKB_BUDGET = 9;

    static final int OFFSETS_SIZE = 128;
    static final int OFFSETS_RX = 0;
    static final int OFFSETS_TX = 32;
    static final int OFFSETS_FR = 64;
    static final int OFFSETS_CR = 96;
    static final int RING_PRODUCER = 0;
    static final int RING_CONSUMER = 8;
    static final int RING_DESC = 16;
    static final int RING_FLAGS = 24;

    static final int UMEM_REG_SIZE = 32;
    static final int UMEM_REG_ADDR = 0;
    static final int UMEM_REG_LEN = 8;
    static final int UMEM_REG_CHUNK_SIZE = 16;
    static final int UMEM_REG_HEADROOM = 20;
    static final int UMEM_REG_FLAGS = 24;

    static final int STATISTICS_SIZE = 48;
    static final int STATISTICS_RX_DROPPED = 0;
    static final int STATISTICS_RX_INVALID_DESCS = 8;
    static final int STATISTICS_TX_INVALID_DESCS = 16;
    static final int STATISTICS_RX_RING_FULL = 24;
    static final int STATISTICS_RX_FILL_RING_EMPTY = 32;
    static final int STATISTICS_TX_RING_EMPTY = 40;

    static final int XDP_OPTIONS_ZEROCOPY = 1;

    static final long XDP_PGOFF_RX_RING = 0;
    static final long XDP_PGOFF_TX_RING = 0x8000_0000L;
    static final long XDP_UMEM_PGOFF_FILL_RING = 0x1_0000_0000L;
    static final long XDP_UMEM_PGOFF_COMPLETION_RING = 0x1_8000_0000L;

    static final int DESC_SIZE = 16;
    static final int DESC_ADDR = 0;
    static final int DESC_LEN = 8;
    static final int DESC_OPTIONS = 12;
    /** Entries of the fill and completion rings are a {@code __u64}. */
    static final int ADDRESS_SIZE = 8;

    private XskAbi() {}
}
