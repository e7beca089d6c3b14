package io.weir.bindings.bpf;

/**
 * Commands, types and offsets of {@code union bpf_attr}.
 *
 * <p>Source: {@code include/uapi/linux/bpf.h}, Linux 6.18; what is newer than Linux 6.1 says so.
 */
final class BpfAbi {
    static final int BPF_MAP_CREATE = 0;
    static final int BPF_MAP_LOOKUP_ELEM = 1;
    static final int BPF_MAP_UPDATE_ELEM = 2;
    static final int BPF_MAP_DELETE_ELEM = 3;
    static final int BPF_MAP_GET_NEXT_KEY = 4;
    static final int BPF_PROG_LOAD = 5;
    static final int BPF_PROG_TEST_RUN = 10;
    static final int BPF_PROG_GET_FD_BY_ID = 13;
    static final int BPF_OBJ_GET_INFO_BY_FD = 15;
    static final int BPF_LINK_CREATE = 28;
    static final int BPF_LINK_UPDATE = 29;

    static final int BPF_MAP_TYPE_HASH = 1;
    static final int BPF_MAP_TYPE_ARRAY = 2;
    static final int BPF_MAP_TYPE_CPUMAP = 16;
    static final int BPF_MAP_TYPE_XSKMAP = 17;

    static final int BPF_PROG_TYPE_SOCKET_FILTER = 1;
    static final int BPF_PROG_TYPE_SCHED_CLS = 3;
    static final int BPF_PROG_TYPE_XDP = 6;

    static final int BPF_XDP = 37;
    /** Since Linux 6.6. */
    static final int BPF_TCX_INGRESS = 46;

    static final int BPF_F_TEST_XDP_LIVE_FRAMES = 1 << 1;
    static final int BPF_PSEUDO_MAP_FD = 1;
    static final int XDP_FLAGS_SKB_MODE = 1 << 1;
    static final int XDP_FLAGS_DRV_MODE = 1 << 2;

    /** Bytes of the union that are passed, zeroed where unused; an older kernel accepts surplus zeros. */
    static final int ATTR_SIZE = 128;

    // BPF_MAP_CREATE
    static final int MAP_TYPE = 0;
    static final int KEY_SIZE = 4;
    static final int VALUE_SIZE = 8;
    static final int MAX_ENTRIES = 12;
    static final int MAP_NAME = 28;

    // BPF_MAP_*_ELEM, BPF_MAP_GET_NEXT_KEY
    static final int MAP_FD = 0;
    static final int KEY = 8;
    static final int VALUE = 16;
    static final int NEXT_KEY = 16;
    static final int ELEM_FLAGS = 24;

    // BPF_PROG_LOAD
    static final int PROG_TYPE = 0;
    static final int INSN_CNT = 4;
    static final int INSNS = 8;
    static final int LICENSE = 16;
    static final int LOG_LEVEL = 24;
    static final int LOG_SIZE = 28;
    static final int LOG_BUF = 32;
    static final int PROG_NAME = 48;
    static final int EXPECTED_ATTACH_TYPE = 68;
    static final int OBJ_NAME_LEN = 16;

    // BPF_PROG_TEST_RUN
    static final int TEST_PROG_FD = 0;
    static final int TEST_RETVAL = 4;
    static final int TEST_DATA_SIZE_IN = 8;
    static final int TEST_DATA_SIZE_OUT = 12;
    static final int TEST_DATA_IN = 16;
    static final int TEST_DATA_OUT = 24;
    static final int TEST_REPEAT = 32;
    static final int TEST_DURATION = 36;
    static final int TEST_CTX_SIZE_IN = 40;
    static final int TEST_CTX_IN = 48;
    static final int TEST_FLAGS = 64;
    static final int TEST_BATCH_SIZE = 72;

    // BPF_PROG_GET_FD_BY_ID, BPF_OBJ_GET_INFO_BY_FD
    static final int ID = 0;
    static final int INFO_FD = 0;
    static final int INFO_LEN = 4;
    static final int INFO = 8;

    // struct bpf_prog_info
    static final int PROG_INFO_NAME = 64;

    // BPF_LINK_CREATE, BPF_LINK_UPDATE
    static final int LINK_PROG_FD = 0;
    static final int LINK_TARGET_IFINDEX = 4;
    static final int LINK_ATTACH_TYPE = 8;
    static final int LINK_FLAGS = 12;
    static final int UPDATE_LINK_FD = 0;
    static final int UPDATE_NEW_PROG_FD = 4;

    // struct xdp_md
    static final int XDP_MD_SIZE = 24;
    static final int XDP_MD_DATA = 0;
    static final int XDP_MD_DATA_END = 4;
    static final int XDP_MD_INGRESS_IFINDEX = 12;
    static final int XDP_MD_RX_QUEUE_INDEX = 16;

    private BpfAbi() {}
}
