package io.weir.bindings.steering;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.bindings.bpf.BpfMap;
import io.weir.bindings.bpf.BpfProgram;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** All four programs over one set of maps, and the reference beside them. */
final class SteeringBed implements AutoCloseable {
    static final NatPorts NAT_PORTS = new NatPorts(10_000, 32_000);
    static final long SEED = 0x1234_5678_9abc_def0L;
    static final int WORKERS = 7;
    private static final int XDP_REDIRECT = 4;
    private static final int ETH_HLEN = 14;

    final SteeringMaps maps = SteeringMaps.create(1024, 1024);
    final ReferenceClassifier reference = new ReferenceClassifier(NAT_PORTS, SEED, WORKERS);
    // in a test run nothing is redirected, and a processor needs no socket to be a target
    private final BpfMap target = BpfMap.create(BpfMap.Type.CPUMAP, "target", 4, 4, 1);
    final BpfProgram xdp = SteeringProgram.xdp(maps, NAT_PORTS, target);
    final BpfProgram tcx = SteeringProgram.tcx(maps, NAT_PORTS);
    final BpfProgram filter = SteeringProgram.socketFilter(maps, NAT_PORTS);
    final BpfProgram fanout = SteeringProgram.fanout(maps, NAT_PORTS, SEED, WORKERS);

    SteeringBed() {
        target.put(0, 64);
    }

    void owned(String... addresses) {
        maps.replaceOwned(ips(addresses));
        replace(reference.owned, addresses);
    }

    void local(String... addresses) {
        maps.replaceLocal(ips(addresses));
        replace(reference.local, addresses);
    }

    void nat(String... addresses) {
        maps.replaceNat(ips(addresses));
        replace(reference.nat, addresses);
    }

    void fullNat(String... servers) {
        maps.replaceFullNat(ips(servers));
        replace(reference.fullNat, servers);
    }

    void tunnelEnds(String... ends) {
        maps.replaceTunnelEnds(ips(ends));
        replace(reference.tunnelEnds, ends);
    }

    void servers(Endpoint... servers) {
        maps.replaceServers(List.of(servers));
        reference.servers.clear();
        reference.servers.addAll(List.of(servers));
    }

    /** Asserts that all programs judge a frame as the reference does, and returns the verdict. */
    OptionalInt agree(byte[] frame) {
        OptionalInt expected = reference.classify(frame);
        boolean ours = expected.isPresent();
        String hex = HexFormat.of().formatHex(frame);
        assertEquals(ours ? XDP_REDIRECT : SteeringAbi.XDP_PASS, run(xdp, frame), () -> "XDP " + hex);
        // a socket filter's test run starts behind an Ethernet header, a SOCK_RAW socket's filter at it
        assertEquals(ours ? -1 : 0, run(filter, TestFrames.ethernet(0x88b5, frame)), () -> "filter " + hex);
        if (!runsAsSocketBuffer(frame)) {
            return expected;
        }
        assertEquals(ours ? SteeringAbi.TC_ACT_SHOT : SteeringAbi.TCX_NEXT, run(tcx, frame), () -> "TCX " + hex);
        assertEquals(expected.orElse(0), run(fanout, frame), () -> "fanout " + hex);
        return expected;
    }

    /** A test run wants a whole network header where the EtherType names one it knows, and something in any case. */
    private static boolean runsAsSocketBuffer(byte[] frame) {
        int type = (frame[12] & 0xff) << 8 | frame[13] & 0xff;
        return frame.length
                >= ETH_HLEN
                        + switch (type) {
                            case 0x0800 -> 20;
                            case 0x86dd -> 40;
                            default -> 1;
                        };
    }

    private static int run(BpfProgram program, byte[] frame) {
        return program.testRun(frame, 1).returned();
    }

    private static void replace(Set<AddressKey> keys, String... addresses) {
        keys.clear();
        ips(addresses).forEach(a -> keys.add(AddressKey.of(a)));
    }

    private static Collection<InetAddress> ips(String... addresses) {
        return List.of(addresses).stream().map(TestFrames::ip).collect(Collectors.toList());
    }

    @Override
    public void close() {
        fanout.close();
        filter.close();
        tcx.close();
        xdp.close();
        target.close();
        maps.close();
    }
}
