package io.weir.perf.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.engine.flow.FlowTable;
import io.weir.engine.packet.Transport;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every case for a moment: that each packet was forwarded and that as many flows ended as began, the cases check
 * themselves, and throw.
 */
@Timeout(300)
final class PipelineBenchTest {
    private static final Effort SHORT = new Effort(20, 5, 6_400);
    private static final int FLOWS = 1_000;
    private static final int TRIES = 20;

    private static Function<PipelineBench, PipelineBench.Result> of(String name) {
        return switch (name) {
            case "nat-established" -> bench -> bench.established(FLOWS);
            case "nat-connection" -> bench -> bench.connections(FLOWS);
            case "nat-miss tcp" -> bench -> bench.misses(Transport.TCP, FLOWS);
            case "fullnat-to-server" -> bench -> bench.toServer(Way.FULLNAT, FLOWS);
            case "dr-to-server" -> bench -> bench.toServer(Way.DR, FLOWS);
            case "ipip-to-server" -> bench -> bench.toServer(Way.IPIP, FLOWS);
            case "gue-to-server" -> bench -> bench.toServer(Way.GUE, FLOWS);
            case "vxlan-to-server" -> bench -> bench.toServer(Way.VXLAN, FLOWS);
            case "nat-miss udp" -> bench -> bench.misses(Transport.UDP, FLOWS);
            default -> bench -> bench.expiry(FLOWS);
        };
    }

    @ParameterizedTest
    @CsvSource({
        "nat-established, false", "nat-established, true",
        "nat-connection, false", "nat-connection, true",
        "nat-miss tcp, false", "nat-miss tcp, true",
        "nat-miss udp, false", "nat-miss udp, true",
        "nat-expiry, false", "nat-expiry, true",
        "fullnat-to-server, false", "dr-to-server, true",
        "ipip-to-server, false", "gue-to-server, true",
        "vxlan-to-server, false", "vxlan-to-server, true"
    })
    void shouldAllocateNothing(String name, boolean ipv6) {
        PipelineBench bench = new PipelineBench(ipv6, SHORT);
        PipelineBench.Result result = of(name).apply(bench);
        for (int i = 0; i < TRIES && (result.allocPerPacket() > 0 || result.floorAllocPerPacket() > 0); i++) {
            result = of(name).apply(bench); // until the compiler has seen enough of it
        }
        assertEquals(0, result.allocPerPacket(), "bytes a packet");
        assertTrue(name.startsWith(result.name()), result.name());
        assertTrue(result.nsPerPacket() >= result.best() && result.worst() >= result.nsPerPacket(), result.toString());
        assertTrue(result.best() > 0);
        boolean hasFloor = !name.equals("nat-expiry");
        assertEquals(hasFloor, result.ratio() > 1, "forwarding costs more than parsing: " + result);
        assertEquals(hasFloor ? 0 : Double.NaN, result.floorAllocPerPacket());
    }

    @Test
    void shouldCountAConnectionAsSevenPackets() {
        PipelineBench.Result result = new PipelineBench(false, SHORT).connections(FLOWS);
        assertEquals(1e9 / 7, result.connectionsPerSecond() * result.nsPerPacket(), 1);
        assertTrue(Double.isNaN(
                new PipelineBench(false, SHORT).misses(Transport.TCP, 64).connectionsPerSecond()));
    }

    @Test
    void shouldWriteFramesThatReachTheServerTheyAreMeantFor() {
        assertTrue(new PipelineBench(false, SHORT).connections(64).nsPerPacket() > 0, "fewer flows than a group");
        assertTrue(new PipelineBench(true, SHORT).established(1).nsPerPacket() > 0, "one flow");
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 1_000, 10_000, 1_000_000, 10_000_000})
    void shouldHaveRoomForFlowsThatAreNotSweptYet(int flows) {
        int capacity = PipelineBench.roomFor(flows);
        long slots = FlowTable.slots(capacity);
        assertTrue(capacity <= slots / 4 * 3 && capacity - flows >= slots / 8, capacity + " in " + slots);
    }

    @Test
    void shouldReadNumbersOfFlows() {
        assertEquals(List.of(64, 10_000, 1_000_000, 10_000_000), FlowCount.parse("64,10k, 1M,10m"));
        for (String wrong : List.of("", "0", "-1", "1g", "10k,", "101m", "99999999999", "1.5m")) {
            String message = assertThrows(IllegalArgumentException.class, () -> FlowCount.parse(wrong))
                    .getMessage();
            assertTrue(message.contains("would be right"), message);
        }
    }
}
