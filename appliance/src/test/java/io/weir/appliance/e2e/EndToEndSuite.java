package io.weir.appliance.e2e;

import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestClassOrder;

/** Every contract; a subclass says against whom. Contracts of one shape stand together, so that they share a bed. */
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
abstract class EndToEndSuite {
    @Nested
    @Order(1)
    class Services extends ServiceContract {}

    @Nested
    @Order(2)
    class Icmp extends IcmpContract {}

    @Nested
    @Order(3)
    class Checksums extends ChecksumContract {}

    @Nested
    @Order(4)
    class Coexistence extends CoexistenceContract {}

    @Nested
    @Order(5)
    class Lifecycle extends LifecycleContract {}

    @Nested
    @Order(6)
    class NarrowBack extends NarrowContract.Back {}

    @Nested
    @Order(7)
    class NarrowFront extends NarrowContract.Front {}

    @Nested
    @Order(8)
    class TwoWorkers extends TwoWorkersContract {}
}
