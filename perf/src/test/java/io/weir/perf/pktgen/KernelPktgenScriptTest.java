package io.weir.perf.pktgen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.perf.traffic.AddressRange;
import io.weir.perf.traffic.Popularity;
import io.weir.perf.traffic.PortRange;
import io.weir.perf.traffic.Protocol;
import io.weir.perf.traffic.Rate;
import io.weir.perf.traffic.SizeMix;
import io.weir.perf.traffic.Traffic;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelPktgenScriptTest {
    private static final long MAC = 0x0200_0000_0001L;
    private static final Traffic TRAFFIC =
            Traffic.to(0x0200_0000_0002L).withPorts(new PortRange(9, 9), new PortRange(9, 9));
    private static final GeneratorOptions OPTIONS = GeneratorOptions.of("eth4", TRAFFIC)
            .withDriver(GeneratorDriver.PKTGEN)
            .until(100_000, Duration.ofSeconds(3));

    private static List<String> lines(GeneratorOptions options) {
        return KernelPktgenScript.commands(options, MAC).stream()
                .map(command -> command.file() + ": " + command.text())
                .toList();
    }

    @Test
    void shouldConfigureOneDevice() {
        assertEquals(
                List.of(
                        "kpktgend_0: rem_device_all",
                        "kpktgend_0: add_device eth4@0",
                        "eth4@0: count 100000",
                        "eth4@0: clone_skb 0",
                        "eth4@0: queue_map_min 0",
                        "eth4@0: queue_map_max 0",
                        "eth4@0: pkt_size 60",
                        "eth4@0: delay 0",
                        "eth4@0: burst 64",
                        "eth4@0: src_mac 02:00:00:00:00:01",
                        "eth4@0: dst_mac 02:00:00:00:00:02",
                        "eth4@0: src_min 198.18.0.1",
                        "eth4@0: src_max 198.18.0.1",
                        "eth4@0: dst_min 198.19.0.1",
                        "eth4@0: dst_max 198.19.0.1",
                        "eth4@0: udp_src_min 9",
                        "eth4@0: udp_src_max 9",
                        "eth4@0: udp_dst_min 9",
                        "eth4@0: udp_dst_max 9",
                        "eth4@0: flag UDPCSUM"),
                lines(OPTIONS));
    }

    @Test
    void shouldShareFlowsRateAndCountAmongThreads() {
        Traffic many = TRAFFIC.withAddresses(
                        AddressRange.parse("198.18.0.1-198.18.0.10"), AddressRange.parse("198.19.0.1"))
                .withPorts(PortRange.parse("1024-2047"), PortRange.parse("9"))
                .withFlows(1000, Popularity.TURNS)
                .withSizes(SizeMix.IMIX);
        List<String> lines = lines(OPTIONS.withTraffic(many)
                .withRate(Rate.parse("50k"))
                .withThreads(2, List.of(3, 5))
                .until(11, Duration.ofSeconds(1)));
        for (String expected : List.of(
                "kpktgend_3: add_device eth4@0",
                "kpktgend_5: add_device eth4@1",
                "eth4@0: count 6",
                "eth4@1: count 5",
                "eth4@1: queue_map_min 1",
                "eth4@1: ratep 25000",
                "eth4@1: imix_weights 60,7 590,4 1514,1",
                "eth4@1: src_min 198.18.0.1",
                "eth4@1: src_max 198.18.0.11", // never drawn
                "eth4@1: flag IPSRC_RND",
                "eth4@1: udp_src_min 1024",
                "eth4@1: udp_src_max 2048", // never drawn
                "eth4@1: flag UDPSRC_RND",
                "eth4@1: flows 500",
                "eth4@1: flowlen 1",
                "eth4@1: flag FLOW_SEQ")) {
            assertTrue(lines.contains(expected), expected + " in " + lines);
        }
    }

    @Test
    void shouldReckonBitsWithTheAverageSize() {
        List<String> lines =
                lines(OPTIONS.withTraffic(TRAFFIC.withSizes(SizeMix.of(1000))).withRate(Rate.parse("80mbit")));
        assertTrue(lines.contains("eth4@0: ratep 10000"), lines.toString());
    }

    @Test
    void shouldSayWhatTheModuleCannotDo() {
        assertThrows(
                IllegalArgumentException.class,
                () -> lines(OPTIONS.withTraffic(TRAFFIC.withProtocol(Protocol.TCP_SYN))));
        Traffic v6 = TRAFFIC.withAddresses(AddressRange.parse("fd00::1"), AddressRange.parse("fd00::2"))
                .withSizes(SizeMix.of(128));
        assertTrue(lines(OPTIONS.withTraffic(v6)).contains("eth4@0: dst6 fd00::2"));
        Traffic range = v6.withAddresses(AddressRange.parse("fd00::1-fd00::5"), AddressRange.parse("fd00::2"));
        assertThrows(IllegalArgumentException.class, () -> lines(OPTIONS.withTraffic(range)));
    }

    @Test
    void shouldReadTheDevicesFile() {
        KernelPktgenStatus status = KernelPktgenStatus.parse("""
                Params: count 100000  min_pkt_size: 60  max_pkt_size: 60
                     frags: 0  delay: 0  clone_skb: 64  ifname: eth4@0
                Current:
                     pkts-sofar: 99998  errors: 2
                     started: 623913381008us  stopped: 623913396439us idle: 25us
                Result: OK: 15430(c15405+d25) usec, 100000 (60byte,0frags)
                  6480562pps 3110Mb/sec (3110669760bps) errors: 2
                """);
        assertEquals(new KernelPktgenStatus(99_998, 2, "OK: 15430(c15405+d25) usec, 100000 (60byte,0frags)"), status);
        assertEquals(new KernelPktgenStatus(0, 0, ""), KernelPktgenStatus.parse("Params: count 5\n"));
    }
}
