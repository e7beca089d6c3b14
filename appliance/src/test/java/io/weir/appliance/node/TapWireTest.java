package io.weir.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.Requires;
import io.weir.appliance.bed.Namespace;
import io.weir.engine.forward.ForwardSettings;
import io.weir.engine.port.Driver;
import io.weir.engine.worker.UnknownFlows;
import io.weir.engine.worker.WarmUp;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TapWireTest {
    @ParameterizedTest
    @CsvSource({"AF_XDP,1", "AF_XDP,2", "AF_PACKET,1", "AF_PACKET,2", "AUTO,1"})
    void shouldCarryAWarmUpAndLeaveNothingBehind(Driver driver, int workers) {
        Requires.root();
        Requires.tool("ip");
        try (Namespace namespace = Namespace.create(7100, "warm")) {
            long frames = namespace.call(() -> {
                try (TapWire wire = TapWire.open(driver, workers, 1500);
                        WarmUp warmUp =
                                new WarmUp(wire, ForwardSettings.defaults(), 64, UnknownFlows.REFUSED, () -> {})) {
                    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
                    return warmUp.run(() -> true, () -> end);
                }
            });
            assertTrue(frames > 0, frames + " frames came through");
            assertEquals(List.of("lo"), namespace.devices());
        }
    }
}
