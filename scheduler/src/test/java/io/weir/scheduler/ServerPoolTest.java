package io.weir.scheduler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ServerPoolTest {
    @Test
    void shouldRefuseSameServerTwice() {
        final IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class, () -> ServerPool.of(Pools.server(1, 1), Pools.server(1, 7)));
        assertTrue(e.getMessage().contains("172.16.0.1:8000"), e.getMessage());
    }

    @Test
    void shouldFindServerByAddressAndPort() {
        final ServerPool pool = Pools.weights(1, 2, 3);
        final RealServer second = pool.get(1);
        assertEquals(1, pool.positionOf(second.addressHi(), second.addressLo(), 8000));
        assertEquals(Scheduler.NONE, pool.positionOf(second.addressHi(), second.addressLo(), 8001));
    }

    @Test
    void shouldRefuseValuesOutOfRange() {
        assertThrows(IllegalArgumentException.class, () -> server(65536, 1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> server(-1, 1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> server(80, 65536, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> server(80, -1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> server(80, 1, -1, 0));
        assertThrows(IllegalArgumentException.class, () -> server(80, 1, 3, 4));
        assertThrows(IllegalArgumentException.class, () -> server(80, 1, 0, 4));
    }

    private static RealServer server(int port, int weight, int max, int min) {
        return new RealServer(0, IpAddress.V4_PREFIX, port, weight, true, max, min);
    }

    @Test
    void shouldKnowNamesAndListThemWhenAskedForAnother() {
        for (final SchedulerKind kind : SchedulerKind.values()) {
            assertEquals(kind, SchedulerKind.of(kind.propertyName()));
        }
        for (final SchedulerFlag flag : SchedulerFlag.values()) {
            assertEquals(flag, SchedulerFlag.of(flag.propertyName()));
        }
        final String kinds = assertThrows(IllegalArgumentException.class, () -> SchedulerKind.of("RR"))
                .getMessage();
        assertTrue(kinds.contains("'RR'") && kinds.contains("rr wrr lc wlc sh dh mh"), kinds);
        final String flags = assertThrows(IllegalArgumentException.class, () -> SchedulerFlag.of("port"))
                .getMessage();
        assertTrue(flags.contains("sh-port sh-fallback mh-port mh-fallback"), flags);
    }
}
