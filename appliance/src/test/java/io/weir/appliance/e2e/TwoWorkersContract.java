package io.weir.appliance.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.PatternBytes;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.bed.WebConnection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One service on two workers and devices of two queues: whatever queue a frame takes, its connection goes on. */
@Shape(workers = 2)
abstract class TwoWorkersContract extends Contract {
    private static final int CONNECTIONS = 2400;

    @ParameterizedTest
    @EnumSource
    void shouldServeEveryConnectionWhenThousandsAreOpenAtOnce(IpFamily family) {
        bed().client().call(() -> {
            try (ManyConnections connections = new ManyConnections(family.vip(VirtualService.WEB), CONNECTIONS)) {
                List<String> first = connections.round();
                Map<String, Integer> served = ManyConnections.count(first);
                assertEquals(CONNECTIONS, served.getOrDefault("a", 0) + served.getOrDefault("b", 0));
                // each worker has a turn of its own
                assertTrue(Math.abs(served.get("a") - CONNECTIONS / 3) <= 2, served.toString());
                for (int i = 0; i < 3; i++) {
                    assertEquals(first, connections.round());
                }
            }
            return null;
        });
    }

    @Test
    void shouldGiveEveryWorkerItsFlowsWhenFramesComeByAnyQueue() {
        assumeTrue(stage().contender().isWeir(), "kernel NAT has no workers");
        bed().client().call(() -> {
            for (IpFamily family : IpFamily.values()) {
                try (ManyConnections connections = new ManyConnections(family.vip(VirtualService.WEB), 200)) {
                    connections.round();
                }
            }
            return null;
        });
        JsonNode stat = stage().weir().stat();
        assertEquals(2, stat.get("workers").size());
        for (JsonNode worker : stat.get("workers")) {
            assertTrue(worker.get("flows.created").asLong() > 100, stat.toString());
            assertTrue(worker.get("tx.frames").asLong() > 100, stat.toString());
            if (stage().contender() != Contender.AF_XDP_GENERIC) {
                // on veth the kernel's common receive path knows the first queue only
                assertTrue(worker.get("rx.frames").asLong() > 100, stat.toString());
            }
        }
        if (stage().contender().isAfXdp()) {
            // a device knows nothing of who owns a flow, so about half of the frames come to the wrong worker
            assertTrue(stat.get("counters").get("handoff.in").asLong() > 400, stat.toString());
        }
        assertEquals(0, stat.get("counters").get("drop.handoff-full").asLong(), stat.toString());
    }

    @ParameterizedTest
    @EnumSource
    void shouldDeliverEveryByteWhenSeveralTransfersShareTheWorkers(IpFamily family) {
        long length = 4_000_000;
        List<String> digests = atOnce(bed().client(), Collections.nCopies(8, () -> {
            try (var connection = new WebConnection(family.vip(VirtualService.WEB))) {
                assertEquals(PatternBytes.sha256(length), connection.upload(length));
                return connection.download(length);
            }
        }));
        digests.forEach(digest -> assertEquals(PatternBytes.sha256(length), digest));
    }

    @ParameterizedTest
    @EnumSource
    void shouldReachTheNodeByBothQueuesWhenManyFlowsPass(IpFamily family) {
        List<Namespace> networks = bed().options().direct() // then nothing comes from the servers
                ? List.of(bed().frontLan())
                : List.of(bed().frontLan(), bed().backLan());
        networks.forEach(
                network -> network.run("tc", "qdisc", "replace", "dev", Bed.NODE_PORT, "root", "handle", "1:", "mq"));
        try {
            bed().client().call(() -> {
                try (ManyConnections connections = new ManyConnections(family.vip(VirtualService.WEB), 200)) {
                    connections.round();
                }
                return null;
            });
            for (Namespace network : networks) {
                List<Long> sent = network.run("tc", "-s", "qdisc", "show", "dev", Bed.NODE_PORT)
                        .lines()
                        .filter(line -> line.startsWith(" Sent "))
                        .map(line -> Long.parseLong(line.replaceAll(".* bytes (\\d+) pkt.*", "$1")))
                        .toList();
                assertEquals(3, sent.size(), "the sum and two queues");
                assertTrue(sent.get(1) > 100 && sent.get(2) > 100, network.role() + ", frames by queue: " + sent);
            }
        } finally {
            networks.forEach(network -> network.run("tc", "qdisc", "delete", "dev", Bed.NODE_PORT, "root"));
        }
    }
}
