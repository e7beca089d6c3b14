package io.weir.perf.line;

import io.weir.engine.port.Driver;
import io.weir.perf.contender.Contender;
import io.weir.perf.contender.Nftables;
import io.weir.perf.contender.Weir;
import java.util.List;

/** Who can stand in a line. */
public final class Contenders {
    private Contenders() {}

    /** All, in the order of reports. */
    public static List<Contender> all() {
        return List.of(
                new Weir("af_xdp"),
                new Weir("af_packet"),
                new Nftables(false),
                new Nftables(true),
                new Floor(Driver.AF_XDP),
                new Floor(Driver.AF_PACKET));
    }

    /** Whether the first is to be measured by the second: Weir by kernel NAT and by its own driver's floor. */
    static boolean isComparable(Contender one, Contender other) {
        return one instanceof Weir weir
                && switch (other) {
                    case Nftables nftables -> true;
                    case Floor floor -> floor.driver().name().equalsIgnoreCase(weir.driver());
                    default -> false;
                };
    }
}
