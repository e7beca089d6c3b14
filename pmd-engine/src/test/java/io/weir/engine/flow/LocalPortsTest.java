package io.weir.engine.flow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.steering.NatPorts;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LocalPortsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final long REST = LocalPorts.QUARANTINE_SECONDS * SECOND;

    private static int take(LocalPorts ports, int address, long nowNs) {
        return ports.allocate(address, 1, 2, 3, nowNs);
    }

    @ParameterizedTest
    @CsvSource({"10000, 32000, 1", "10000, 32000, 3", "10000, 10006, 4", "1, 65535, 7", "10000, 10001, 4"})
    void shouldDivideThePortsAmongTheWorkersAsTheirOwnersSay(int low, int high, int workers) {
        NatPorts range = new NatPorts(low, high);
        Set<Integer> all = new HashSet<>();
        for (int worker = 0; worker < workers; worker++) {
            LocalPorts ports = new LocalPorts(range, worker, workers, 1, 5);
            for (int port = take(ports, 0, 0); port != LocalPorts.NONE; port = take(ports, 0, 0)) {
                assertEquals(worker, range.owner(port, workers));
                assertTrue(all.add(port), "given out once: " + port);
            }
        }
        assertEquals(range.count(), all.size());
    }

    @Test
    void shouldGiveNothingWhenThereAreNoPortsOrNoSuchAddress() {
        assertEquals(LocalPorts.NONE, take(new LocalPorts(NatPorts.NONE, 0, 1, 0, 5), 0, 0));
        assertEquals(LocalPorts.NONE, take(new LocalPorts(NatPorts.NONE, 0, 2, 3, 5), 2, 0));
        assertEquals(LocalPorts.NONE, take(new LocalPorts(new NatPorts(5, 9), 0, 1, 1, 5), 1, 0));
        assertThrows(
                IllegalArgumentException.class,
                () -> new LocalPorts(new NatPorts(5, 9), 0, 1, FlowRecord.LOCAL_ADDRESSES + 1, 5));
    }

    @Test
    void shouldTellWhoseFlowIsAtAPort() {
        LocalPorts ports = new LocalPorts(new NatPorts(100, 200), 0, 1, 2, 5);
        int port = ports.allocate(1, 11, 12, 13, 0);
        int entry = ports.find(1, port);
        assertEquals(11, ports.clientHi(entry));
        assertEquals(12, ports.clientLo(entry));
        assertEquals(13, ports.key(entry));
        assertEquals(0, ports.watch(entry));
        assertEquals(LocalPorts.NONE, ports.find(0, port), "of the other address");
        assertEquals(LocalPorts.NONE, ports.find(1, port + 1), "a free one");
        assertEquals(LocalPorts.NONE, ports.find(1, 99));
        assertEquals(LocalPorts.NONE, ports.find(1, 201));
        assertEquals(LocalPorts.NONE, ports.find(2, port));
        ports.setWatch(entry, 5);
        ports.release(1, port, 0);
        assertEquals(LocalPorts.NONE, ports.find(1, port));
        assertEquals(0, ports.used());
    }

    @Test
    void shouldLetAPortRestBeforeItIsUsedAgain() {
        LocalPorts ports = new LocalPorts(new NatPorts(100, 101), 0, 1, 1, 5);
        int first = take(ports, 0, 0);
        int second = take(ports, 0, 0);
        assertEquals(LocalPorts.NONE, take(ports, 0, REST), "both are in use");
        ports.release(0, second, 5 * SECOND);
        ports.release(0, first, 6 * SECOND);
        assertEquals(LocalPorts.NONE, take(ports, 0, 5 * SECOND + REST - 1));
        assertEquals(second, take(ports, 0, 5 * SECOND + REST));
        assertEquals(LocalPorts.NONE, take(ports, 0, 5 * SECOND + REST));
        assertEquals(first, take(ports, 0, 6 * SECOND + REST));
    }

    @Test
    void shouldTakeAPortBackOnlyOnce() {
        LocalPorts ports = new LocalPorts(new NatPorts(100, 101), 0, 1, 1, 5);
        int port = take(ports, 0, 0);
        ports.release(0, port, 0);
        ports.release(0, port, 0);
        ports.release(0, 7, 0);
        assertTrue(take(ports, 0, REST) != take(ports, 0, REST));
        assertEquals(LocalPorts.NONE, take(ports, 0, REST));
        assertEquals(2, ports.used());
    }
}
