package io.weir.bindings.bpf;

import static java.util.Map.entry;

import io.weir.bindings.CompilerFacts;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BpfAbiTest {
    @Test
    void shouldAgreeWithTheKernelsHeaders() {
        // BPF_TCX_INGRESS is newer than some distributions' headers; attaching a program tests it
        CompilerFacts.assertSame(
                List.of("linux/bpf.h", "linux/if_link.h"),
                Map.ofEntries(
                        entry("BPF_MAP_CREATE", (long) BpfAbi.BPF_MAP_CREATE),
                        entry("BPF_MAP_LOOKUP_ELEM", (long) BpfAbi.BPF_MAP_LOOKUP_ELEM),
                        entry("BPF_MAP_UPDATE_ELEM", (long) BpfAbi.BPF_MAP_UPDATE_ELEM),
                        entry("BPF_MAP_DELETE_ELEM", (long) BpfAbi.BPF_MAP_DELETE_ELEM),
                        entry("BPF_MAP_GET_NEXT_KEY", (long) BpfAbi.BPF_MAP_GET_NEXT_KEY),
                        entry("BPF_PROG_LOAD", (long) BpfAbi.BPF_PROG_LOAD),
                        entry("BPF_PROG_TEST_RUN", (long) BpfAbi.BPF_PROG_TEST_RUN),
                        entry("BPF_PROG_GET_FD_BY_ID", (long) BpfAbi.BPF_PROG_GET_FD_BY_ID),
                        entry("BPF_OBJ_GET_INFO_BY_FD", (long) BpfAbi.BPF_OBJ_GET_INFO_BY_FD),
                        attr("prog_id", BpfAbi.ID),
                        attr("info.bpf_fd", BpfAbi.INFO_FD),
                        attr("info.info_len", BpfAbi.INFO_LEN),
                        attr("info.info", BpfAbi.INFO),
                        entry("offsetof(struct bpf_prog_info, name)", (long) BpfAbi.PROG_INFO_NAME),
                        attr("test.data_size_out", BpfAbi.TEST_DATA_SIZE_OUT),
                        attr("test.data_out", BpfAbi.TEST_DATA_OUT),
                        entry("BPF_LINK_CREATE", (long) BpfAbi.BPF_LINK_CREATE),
                        entry("BPF_LINK_UPDATE", (long) BpfAbi.BPF_LINK_UPDATE),
                        entry("BPF_MAP_TYPE_HASH", (long) BpfAbi.BPF_MAP_TYPE_HASH),
                        entry("BPF_MAP_TYPE_ARRAY", (long) BpfAbi.BPF_MAP_TYPE_ARRAY),
                        entry("BPF_MAP_TYPE_CPUMAP", (long) BpfAbi.BPF_MAP_TYPE_CPUMAP),
                        entry("BPF_MAP_TYPE_XSKMAP", (long) BpfAbi.BPF_MAP_TYPE_XSKMAP),
                        entry("BPF_PROG_TYPE_SOCKET_FILTER", (long) BpfAbi.BPF_PROG_TYPE_SOCKET_FILTER),
                        entry("BPF_PROG_TYPE_SCHED_CLS", (long) BpfAbi.BPF_PROG_TYPE_SCHED_CLS),
                        entry("BPF_PROG_TYPE_XDP", (long) BpfAbi.BPF_PROG_TYPE_XDP),
                        entry("BPF_XDP", (long) BpfAbi.BPF_XDP),
                        entry("BPF_F_TEST_XDP_LIVE_FRAMES", (long) BpfAbi.BPF_F_TEST_XDP_LIVE_FRAMES),
                        entry("BPF_PSEUDO_MAP_FD", (long) BpfAbi.BPF_PSEUDO_MAP_FD),
                        entry("XDP_FLAGS_SKB_MODE", (long) BpfAbi.XDP_FLAGS_SKB_MODE),
                        entry("XDP_FLAGS_DRV_MODE", (long) BpfAbi.XDP_FLAGS_DRV_MODE),
                        entry("BPF_OBJ_NAME_LEN", (long) BpfAbi.OBJ_NAME_LEN),
                        attr("map_type", BpfAbi.MAP_TYPE),
                        attr("key_size", BpfAbi.KEY_SIZE),
                        attr("value_size", BpfAbi.VALUE_SIZE),
                        attr("max_entries", BpfAbi.MAX_ENTRIES),
                        attr("map_name", BpfAbi.MAP_NAME),
                        attr("map_fd", BpfAbi.MAP_FD),
                        attr("key", BpfAbi.KEY),
                        attr("value", BpfAbi.VALUE),
                        attr("next_key", BpfAbi.NEXT_KEY),
                        attr("flags", BpfAbi.ELEM_FLAGS),
                        attr("prog_type", BpfAbi.PROG_TYPE),
                        attr("insn_cnt", BpfAbi.INSN_CNT),
                        attr("insns", BpfAbi.INSNS),
                        attr("license", BpfAbi.LICENSE),
                        attr("log_level", BpfAbi.LOG_LEVEL),
                        attr("log_size", BpfAbi.LOG_SIZE),
                        attr("log_buf", BpfAbi.LOG_BUF),
                        attr("prog_name", BpfAbi.PROG_NAME),
                        attr("expected_attach_type", BpfAbi.EXPECTED_ATTACH_TYPE),
                        attr("test.prog_fd", BpfAbi.TEST_PROG_FD),
                        attr("test.retval", BpfAbi.TEST_RETVAL),
                        attr("test.data_size_in", BpfAbi.TEST_DATA_SIZE_IN),
                        attr("test.data_in", BpfAbi.TEST_DATA_IN),
                        attr("test.repeat", BpfAbi.TEST_REPEAT),
                        attr("test.duration", BpfAbi.TEST_DURATION),
                        attr("test.ctx_size_in", BpfAbi.TEST_CTX_SIZE_IN),
                        attr("test.ctx_in", BpfAbi.TEST_CTX_IN),
                        attr("test.flags", BpfAbi.TEST_FLAGS),
                        attr("test.batch_size", BpfAbi.TEST_BATCH_SIZE),
                        attr("link_create.prog_fd", BpfAbi.LINK_PROG_FD),
                        attr("link_create.target_ifindex", BpfAbi.LINK_TARGET_IFINDEX),
                        attr("link_create.attach_type", BpfAbi.LINK_ATTACH_TYPE),
                        attr("link_create.flags", BpfAbi.LINK_FLAGS),
                        attr("link_update.link_fd", BpfAbi.UPDATE_LINK_FD),
                        attr("link_update.new_prog_fd", BpfAbi.UPDATE_NEW_PROG_FD),
                        entry("sizeof(struct xdp_md)", (long) BpfAbi.XDP_MD_SIZE),
                        entry("offsetof(struct xdp_md, data)", (long) BpfAbi.XDP_MD_DATA),
                        entry("offsetof(struct xdp_md, data_end)", (long) BpfAbi.XDP_MD_DATA_END),
                        entry("offsetof(struct xdp_md, ingress_ifindex)", (long) BpfAbi.XDP_MD_INGRESS_IFINDEX),
                        entry("offsetof(struct xdp_md, rx_queue_index)", (long) BpfAbi.XDP_MD_RX_QUEUE_INDEX)));
    }

    private static Map.Entry<String, Long> attr(String field, int offset) {
        return entry("offsetof(union bpf_attr, " + field + ")", (long) offset);
    }
}
