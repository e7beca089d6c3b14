package io.weir.appliance.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.PatternBytes;
import io.weir.appliance.bed.VirtualService;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Services of which servers answer past the node: what is on the way back, servers have to find out themselves. */
abstract class AnswersElsewhereContract extends ServiceContract {
    private static final long LENGTH = 1_000_000;

    @ParameterizedTest
    @EnumSource
    void shouldTellTheServerWhenTheClientsLinkIsNarrow(IpFamily family) {
        bed().forgetPaths();
        assertEquals(PatternBytes.sha256(LENGTH), download(bed().farClient(), family, VirtualService.WEB, LENGTH));
        assertEquals(PatternBytes.sha256(LENGTH), download(bed().farClient(), family, VirtualService.WEB, LENGTH));
        int learned = Math.min(
                IcmpContract.pathMtu(bed().serverA(), family, family.farFront(2)),
                IcmpContract.pathMtu(bed().serverB(), family, family.farFront(2)));
        assertEquals(Bed.FAR_MTU, learned, "the server learned the path's MTU");
        bed().forgetPaths();
    }
}
