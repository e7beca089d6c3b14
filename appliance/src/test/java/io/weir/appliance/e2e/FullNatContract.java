package io.weir.appliance.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.PatternBytes;
import io.weir.appliance.bed.VirtualService;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Full NAT: all that NAT does, and servers that see the node's own address. */
final class FullNatContract {
    private static final String FULL_NAT = "fullnat";
    private static final long LENGTH = 1_000_000;

    private FullNatContract() {}

    /** What clients and servers see. */
    @Shape(forward = FULL_NAT)
    abstract static class Services extends ServiceContract {
        @Override
        @ParameterizedTest
        @EnumSource
        void shouldShowServersTheClientsOwnAddressWhenItConnects(IpFamily family) {
            String seen = fetch(bed().client(), family.vip(), VirtualService.WEB, "/peer");
            assertEquals(IpFamily.address(family.back(1)), IpFamily.address(seen), "the node's");
        }
    }

    @Shape(forward = FULL_NAT)
    abstract static class Icmp extends IcmpContract {
        @Override
        @ParameterizedTest
        @EnumSource
        void shouldDownloadEveryByteWhenTheClientsLinkIsNarrow(IpFamily family) {
            bed().forgetPaths();
            assertEquals(PatternBytes.sha256(LENGTH), download(bed().farClient(), family, VirtualService.WEB, LENGTH));
            int learned = Math.min(
                    pathMtu(bed().serverA(), family, family.back(1)), pathMtu(bed().serverB(), family, family.back(1)));
            assertEquals(Bed.FAR_MTU, learned, "the server learned it of the path to whom it takes for the client");
            bed().forgetPaths();
        }
    }

    @Shape(forward = FULL_NAT)
    abstract static class Checksums extends ChecksumContract {}

    /** The node's device towards the servers is the narrow one. */
    @Shape(forward = FULL_NAT, backMtu = NarrowContract.MTU)
    abstract static class NarrowBack extends NarrowContract.Back {
        /** The node's address is in the servers' own network: there, too, they announce segments that fill 1500 bytes. */
        @Override
        @ParameterizedTest
        @EnumSource
        void shouldUploadEveryByteWhenTheNodesBackDeviceIsNarrow(IpFamily family) {
            for (Namespace server : List.of(bed().serverA(), bed().serverB())) {
                server.ip("route replace %s dev %s advmss %d%s"
                        .formatted(
                                family.network(family.back(0)),
                                Bed.HOST_DEVICE,
                                1500 - family.headerLength() - 20,
                                family == IpFamily.IPV6 ? " metric 256" : ""));
            }
            super.shouldUploadEveryByteWhenTheNodesBackDeviceIsNarrow(family);
        }
    }

    /** Answers reach the worker of their flow. */
    @Shape(forward = FULL_NAT, workers = 2)
    abstract static class TwoWorkers extends TwoWorkersContract {}
}
