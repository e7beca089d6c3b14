package io.weir.appliance.e2e;

import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestClassOrder;

/** Ways of forwarding besides NAT; a subclass says by which driver. */
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
abstract class ForwardingSuite {
    @Nested
    @Order(1)
    class Direct extends DirectContract.Services {}

    @Nested
    @Order(2)
    class DirectNarrow extends DirectContract.Narrow {}

    @Nested
    @Order(3)
    class DirectTwoWorkers extends DirectContract.TwoWorkers {}

    @Nested
    @Order(4)
    class FullNat extends FullNatContract.Services {}

    @Nested
    @Order(5)
    class FullNatIcmp extends FullNatContract.Icmp {}

    @Nested
    @Order(6)
    class FullNatChecksums extends FullNatContract.Checksums {}

    @Nested
    @Order(7)
    class FullNatNarrow extends FullNatContract.NarrowBack {}

    @Nested
    @Order(8)
    class FullNatTwoWorkers extends FullNatContract.TwoWorkers {}

    @Nested
    @Order(9)
    class Tun extends TunnelContract.Services {}

    @Nested
    @Order(10)
    class DirectOverVxlan extends TunnelContract.OverVxlan {}

    @Nested
    @Order(11)
    class DirectThroughVxlanDevice extends TunnelContract.ThroughDevice {}
}
