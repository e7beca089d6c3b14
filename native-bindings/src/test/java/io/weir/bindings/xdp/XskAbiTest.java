package io.weir.bindings.xdp;

import io.weir.bindings.CompilerFacts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class XskAbiTest {
    @Test
    void shouldAgreeWithTheCompilerWhenItsHeadersAreAsked() {
        Map<String, Long> java = new LinkedHashMap<>();
        java.put("XDP_SHARED_UMEM", (long) XskAbi.XDP_SHARED_UMEM);
        java.put("XDP_COPY", (long) XskAbi.XDP_COPY);
        java.put("XDP_ZEROCOPY", (long) XskAbi.XDP_ZEROCOPY);
        java.put("XDP_USE_NEED_WAKEUP", (long) XskAbi.XDP_USE_NEED_WAKEUP);
        java.put("XDP_RING_NEED_WAKEUP", (long) XskAbi.XDP_RING_NEED_WAKEUP);
        java.put("XDP_MMAP_OFFSETS", (long) XskAbi.XDP_MMAP_OFFSETS);
        java.put("XDP_RX_RING", (long) XskAbi.XDP_RX_RING);
        java.put("XDP_TX_RING", (long) XskAbi.XDP_TX_RING);
        java.put("XDP_UMEM_REG", (long) XskAbi.XDP_UMEM_REG);
        java.put("XDP_UMEM_FILL_RING", (long) XskAbi.XDP_UMEM_FILL_RING);
        java.put("XDP_UMEM_COMPLETION_RING", (long) XskAbi.XDP_UMEM_COMPLETION_RING);
        java.put("XDP_STATISTICS", (long) XskAbi.XDP_STATISTICS);
        java.put("XDP_OPTIONS", (long) XskAbi.XDP_OPTIONS);
        java.put("XDP_OPTIONS_ZEROCOPY", (long) XskAbi.XDP_OPTIONS_ZEROCOPY);
        java.put("XDP_PGOFF_RX_RING", XskAbi.XDP_PGOFF_RX_RING);
        java.put("XDP_PGOFF_TX_RING", XskAbi.XDP_PGOFF_TX_RING);
        java.put("XDP_UMEM_PGOFF_FILL_RING", XskAbi.XDP_UMEM_PGOFF_FILL_RING);
        java.put("XDP_UMEM_PGOFF_COMPLETION_RING", XskAbi.XDP_UMEM_PGOFF_COMPLETION_RING);
        java.put("sizeof(struct sockaddr_xdp)", (long) XskAbi.SOCKADDR_SIZE);
        java.put("offsetof(struct sockaddr_xdp, sxdp_family)", (long) XskAbi.SOCKADDR_FAMILY);
        java.put("offsetof(struct sockaddr_xdp, sxdp_flags)", (long) XskAbi.SOCKADDR_FLAGS);
        java.put("offsetof(struct sockaddr_xdp, sxdp_ifindex)", (long) XskAbi.SOCKADDR_IFINDEX);
        java.put("offsetof(struct sockaddr_xdp, sxdp_queue_id)", (long) XskAbi.SOCKADDR_QUEUE_ID);
        java.put("offsetof(struct sockaddr_xdp, sxdp_shared_umem_fd)", (long) XskAbi.SOCKADDR_SHARED_UMEM_FD);
        java.put("sizeof(struct xdp_mmap_offsets)", (long) XskAbi.OFFSETS_SIZE);
        java.put("offsetof(struct xdp_mmap_offsets, rx)", (long) XskAbi.OFFSETS_RX);
        java.put("offsetof(struct xdp_mmap_offsets, tx)", (long) XskAbi.OFFSETS_TX);
        java.put("offsetof(struct xdp_mmap_offsets, fr)", (long) XskAbi.OFFSETS_FR);
        java.put("offsetof(struct xdp_mmap_offsets, cr)", (long) XskAbi.OFFSETS_CR);
        java.put("offsetof(struct xdp_ring_offset, producer)", (long) XskAbi.RING_PRODUCER);
        java.put("offsetof(struct xdp_ring_offset, consumer)", (long) XskAbi.RING_CONSUMER);
        java.put("offsetof(struct xdp_ring_offset, desc)", (long) XskAbi.RING_DESC);
        java.put("offsetof(struct xdp_ring_offset, flags)", (long) XskAbi.RING_FLAGS);
        java.put("sizeof(struct xdp_umem_reg)", (long) XskAbi.UMEM_REG_SIZE);
        java.put("offsetof(struct xdp_umem_reg, addr)", (long) XskAbi.UMEM_REG_ADDR);
        java.put("offsetof(struct xdp_umem_reg, len)", (long) XskAbi.UMEM_REG_LEN);
        java.put("offsetof(struct xdp_umem_reg, chunk_size)", (long) XskAbi.UMEM_REG_CHUNK_SIZE);
        java.put("offsetof(struct xdp_umem_reg, headroom)", (long) XskAbi.UMEM_REG_HEADROOM);
        java.put("offsetof(struct xdp_umem_reg, flags)", (long) XskAbi.UMEM_REG_FLAGS);
        java.put("sizeof(struct xdp_statistics)", (long) XskAbi.STATISTICS_SIZE);
        java.put("offsetof(struct xdp_statistics, rx_dropped)", (long) XskAbi.STATISTICS_RX_DROPPED);
        java.put("offsetof(struct xdp_statistics, rx_invalid_descs)", (long) XskAbi.STATISTICS_RX_INVALID_DESCS);
        java.put("offsetof(struct xdp_statistics, tx_invalid_descs)", (long) XskAbi.STATISTICS_TX_INVALID_DESCS);
        java.put("offsetof(struct xdp_statistics, rx_ring_full)", (long) XskAbi.STATISTICS_RX_RING_FULL);
        java.put("offsetof(struct xdp_statistics, rx_fill_ring_empty_descs)", (long)
                XskAbi.STATISTICS_RX_FILL_RING_EMPTY);
        java.put("offsetof(struct xdp_statistics, tx_ring_empty_descs)", (long) XskAbi.STATISTICS_TX_RING_EMPTY);
        java.put("sizeof(struct xdp_desc)", (long) XskAbi.DESC_SIZE);
        java.put("offsetof(struct xdp_desc, addr)", (long) XskAbi.DESC_ADDR);
        java.put("offsetof(struct xdp_desc, len)", (long) XskAbi.DESC_LEN);
        java.put("offsetof(struct xdp_desc, options)", (long) XskAbi.DESC_OPTIONS);
        java.put("sizeof(__u64)", (long) XskAbi.ADDRESS_SIZE);
        CompilerFacts.assertSame(List.of("linux/if_xdp.h"), java);
    }
}
