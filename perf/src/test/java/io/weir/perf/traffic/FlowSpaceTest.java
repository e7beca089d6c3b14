package io.weir.perf.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FlowSpaceTest {
    private static final Traffic TRAFFIC = Traffic.to(0x0200_0000_0002L)
            .withAddresses(AddressRange.parse("10.0.0.1-10.0.0.7"), AddressRange.parse("10.1.0.1-10.1.0.2"))
            .withPorts(PortRange.parse("1000-1009"), PortRange.parse("80-82"))
            .withFlows(420, Popularity.TURNS);

    @Test
    void shouldNumberEveryCombinationOnce() {
        FlowSpace space = new FlowSpace(TRAFFIC);
        Set<String> seen = new HashSet<>();
        for (int flow = 0; flow < space.flows(); flow++) {
            int ports = space.ports(flow);
            assertTrue(seen.add(space.sourceLo(flow) + " " + space.destinationLo(flow) + " " + ports));
            assertEquals(
                    flow,
                    space.flowOf(0, space.sourceLo(flow), 0, space.destinationLo(flow), ports >>> 16, ports & 0xffff));
        }
    }

    @Test
    void shouldKnowWhatIsNoFlow() {
        FlowSpace space = new FlowSpace(TRAFFIC.withFlows(419, Popularity.TURNS));
        long client = TRAFFIC.source().lo(0);
        long server = TRAFFIC.destination().lo(0);
        assertEquals(0, space.flowOf(0, client, 0, server, 1000, 80));
        assertEquals(-1, space.flowOf(0, client, 0, server, 999, 80));
        assertEquals(-1, space.flowOf(0, client, 0, server, 1000, 83));
        assertEquals(-1, space.flowOf(0, client - 1, 0, server, 1000, 80));
        assertEquals(-1, space.flowOf(0, client, 1, server, 1000, 80));
        assertEquals(-1, space.flowOf(0, client + 6, 0, server + 1, 1009, 82)); // the 420th
    }

    @Test
    void shouldSayHowManyFlowsThereCanBe() {
        String message = assertThrows(IllegalArgumentException.class, () -> TRAFFIC.withFlows(421, Popularity.TURNS))
                .getMessage();
        assertTrue(message.contains("421 flows; 1 to 420"), message);
        assertThrows(IllegalArgumentException.class, () -> TRAFFIC.withFlows(0, Popularity.TURNS));
    }

    @Test
    void shouldRefuseFramesShorterThanTheirHeaders() {
        Traffic tcp6 = Traffic.to(0x0200_0000_0002L)
                .withAddresses(AddressRange.parse("2001:db8::1"), AddressRange.parse("2001:db8::2"))
                .withProtocol(Protocol.TCP_ESTABLISHED);
        String message = assertThrows(
                        IllegalArgumentException.class, tcp6.withSizes(SizeMix.parse("128,78"))::requireRoom)
                .getMessage();
        assertTrue(message.contains("frame size 78") && message.contains("at least 79"), message);
        tcp6.withSizes(SizeMix.of(79)).requireRoom();
    }
}
