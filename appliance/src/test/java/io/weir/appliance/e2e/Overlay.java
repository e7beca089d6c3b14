package io.weir.appliance.e2e;

import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.VirtualService;
import java.util.List;
import java.util.Map;

/** What lies between the node and the servers' frames under DR: a wire, or VXLAN over the servers' network. */
enum Overlay {
    /** The servers' network itself. */
    NONE,
    /** VXLAN, put on by the node and taken off by the kernel of each server's host: {@code tunnel=vxlan}. */
    OWN {
        @Override
        void prepare(Bed bed) {
            hosts(bed).forEach((number, host) -> {
                for (IpFamily family : IpFamily.values()) {
                    String device = device(family);
                    host.ip(
                            "link add %s address %s type vxlan id %d dstport %d local %s"
                                    .formatted(device, mac(number), VNI, PORT, family.back(number)),
                            "link set %s up".formatted(device));
                }
            });
        }

        @Override
        String properties(VirtualService service) {
            return service.properties(server -> " tunnel=vxlan vni=%d host=%s mac=%s"
                    .formatted(VNI, server.address(), mac(server.address().endsWith("2") ? 2 : 3)));
        }
    },
    /** A VXLAN device of the node's kernel in the place of the back device. */
    DEVICE {
        @Override
        void prepare(Bed bed) {
            hosts(bed).forEach((number, host) -> join(host, Bed.HOST_DEVICE, number, List.of(1)));
            join(bed.node(), Bed.BACK, 1, List.of(2, 3));
        }

        private static void join(Namespace host, String under, int number, List<Integer> others) {
            host.ip(
                    "link add %s address %s type vxlan id %d dstport %d local %s dev %s"
                            .formatted(VXLAN, mac(number), VNI, PORT, IpFamily.IPV4.back(number), under),
                    "link set %s up".formatted(VXLAN),
                    "address add 10.77.0.%d/24 dev %s".formatted(number, VXLAN),
                    "address add fd00:77::%d/64 dev %s nodad".formatted(number, VXLAN));
            for (int other : others) {
                host.run(
                        "bridge", "fdb", "append", "00:00:00:00:00:00", "dev", VXLAN, "dst", IpFamily.IPV4.back(other));
            }
        }

        @Override
        String backDevice() {
            return VXLAN;
        }

        @Override
        String properties(VirtualService service) {
            return service.properties()
                    .replace("= " + IpFamily.IPV4.back(0).replaceFirst("0$", ""), "= 10.77.0.")
                    .replace("= [" + IpFamily.IPV6.back(0).replaceFirst("0$", ""), "= [fd00:77::");
        }
    };

    static final int VNI = 7700;
    static final int PORT = 4789;
    private static final String VXLAN = "vxlan0";

    private static Map<Integer, Namespace> hosts(Bed bed) {
        return Map.of(2, bed.serverA(), 3, bed.serverB());
    }

    /** A host's own device of the overlay, by the version of IP that carries it. */
    static String device(IpFamily family) {
        return family == IpFamily.IPV4 ? "vxlan4" : "vxlan6";
    }

    private static String mac(int number) {
        return "02:00:00:77:00:0" + number;
    }

    /** Makes of the bed what it is to be. */
    void prepare(Bed bed) {}

    /** The node's device towards the servers. */
    String backDevice() {
        return Bed.BACK;
    }

    /** A service's lines in the node's file. */
    String properties(VirtualService service) {
        return service.properties();
    }
}
