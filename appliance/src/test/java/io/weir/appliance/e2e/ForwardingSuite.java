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
}
