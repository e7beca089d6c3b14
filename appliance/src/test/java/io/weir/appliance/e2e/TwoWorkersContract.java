package io.weir.appliance.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.PatternBytes;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.bed.WebConnection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
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
    void shouldUseBothQueuesWhenManyFlowsPass(IpFamily family) {
        Namespace node = bed().node();
        for (String device : List.of(Bed.FRONT, Bed.BACK)) {
            long queues = node.run("sh", "-c", "ls -d /sys/class/net/" + device + "/queues/rx-*")
                    .lines()
                    .count();
            assertEquals(2, queues, device);
        }
        Namespace client = bed().client();
        client.run("tc", "qdisc", "replace", "dev", "eth0", "root", "handle", "1:", "mq");
        try {
            client.call(() -> {
                try (ManyConnections connections = new ManyConnections(family.vip(VirtualService.WEB), 200)) {
                    connections.round();
                }
                return null;
            });
            List<Long> sent = client.run("tc", "-s", "qdisc", "show", "dev", "eth0")
                    .lines()
                    .filter(line -> line.startsWith(" Sent "))
                    .map(line -> Long.parseLong(line.replaceAll(".* bytes (\\d+) pkt.*", "$1")))
                    .toList();
            assertTrue(sent.size() >= 3 && sent.get(1) > 20 && sent.get(2) > 20, "frames by queue: " + sent);
        } finally {
            client.run("tc", "qdisc", "delete", "dev", "eth0", "root");
        }
    }
}
