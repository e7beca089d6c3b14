package io.weir.appliance.ha;

import static io.weir.appliance.bed.NodePair.Member.A;
import static io.weir.appliance.bed.NodePair.Member.B;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.Requires;
import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.NodePair;
import io.weir.appliance.bed.NodePair.Member;
import io.weir.appliance.bed.PatternBytes;
import io.weir.appliance.bed.SecureWeb;
import io.weir.appliance.bed.VirtualService;
import io.weir.appliance.bed.VirtualService.RealServer;
import io.weir.appliance.bed.WebConnection;
import io.weir.engine.counters.Counter;
import io.weir.ha.HaState;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Transfers that are under way while the master dies, and still are when it returns. As long as that takes;
 * {@code -Dweir.transfer.bytes=1000000000} makes them longer.
 */
class TransferTest {
    private static final long BYTES = Long.getLong("weir.transfer.bytes", 400_000_000);
    private static final long SECURE_BYTES = BYTES / 2; // and two of each at a time
    private static final int SEGMENT = 1448;
    private static final String PATIENT = "ha.watchdog = 2s"; // transfers leave the workers little of a small machine

    @TempDir
    private static Path directory;

    private static PairStage stage;
    private static SecureWeb secureWeb;

    @BeforeAll
    static void build() {
        Requires.tool("nginx");
        Requires.tool("openssl");
        stage = new PairStage(directory);
        secureWeb = new SecureWeb(directory);
        secureWeb.start(stage.bed().serverA(), 80);
        secureWeb.start(stage.bed().serverB(), 8000);
    }

    @AfterAll
    static void takeDown() {
        if (stage != null) {
            stage.close();
        }
    }

    /** Transfers in both directions, and what the nodes between them have forwarded. */
    private static final class Transfers implements AutoCloseable {
        private final NodePair pair;
        private final long length;
        private final List<FutureTask<String>> tasks = new ArrayList<>();

        private final SlowLinks links;

        Transfers(NodePair pair, long length, int megabits) {
            this.pair = pair;
            this.length = length;
            Bed bed = stage.bed();
            links = new SlowLinks(megabits, bed.client(), bed.serverA(), bed.serverB());
        }

        /** What connects. */
        @FunctionalInterface
        interface Connector {
            WebConnection connect() throws Exception;
        }

        void download(Connector connector) {
            tasks.add(stage.bed().client().fork(() -> {
                try (WebConnection connection = connector.connect()) {
                    return connection.download(length);
                }
            }));
        }

        void upload(Connector connector) {
            tasks.add(stage.bed().client().fork(() -> {
                try (WebConnection connection = connector.connect()) {
                    return connection.upload(length);
                }
            }));
        }

        /** Waits until a node has forwarded a part of it all, with none at its end. */
        void awaitPart(Member master, int part) throws InterruptedException {
            long packets = tasks.size() * length / SEGMENT / part;
            while (pair.count(master, Counter.FORWARDED_TO_CLIENT) + pair.count(master, Counter.FORWARDED_TO_SERVER)
                    < packets) {
                assertUnderWay("while " + master + " is master");
                TimeUnit.MILLISECONDS.sleep(5);
            }
        }

        void assertUnderWay(String when) {
            for (FutureTask<String> task : tasks) {
                if (task.isDone()) {
                    throw new AssertionError(when + " it was over: " + join(task) + "\n" + pair.log());
                }
            }
        }

        private String join(FutureTask<String> task) {
            try {
                return Namespace.join(task);
            } catch (RuntimeException e) {
                throw new AssertionError(pair.log(), e);
            }
        }

        void assertWhole() {
            String whole = PatternBytes.sha256(length);
            for (FutureTask<String> task : tasks) {
                assertEquals(whole, join(task));
            }
        }

        @Override
        public void close() {
            links.close();
        }
    }

    /** The master dies, its successor works for a while, the master returns; all transfers are under way throughout. */
    private static void takeOverTwice(NodePair pair, Transfers transfers) throws InterruptedException {
        transfers.awaitPart(A, 6);
        pair.kill(A);
        pair.await(B, HaState.MASTER);
        transfers.awaitPart(B, 6);
        pair.start(A);
        pair.await(A, HaState.MASTER);
        pair.await(B, HaState.BACKUP);
        transfers.assertUnderWay("when the first node returned");
    }

    /** Once a term at least: a busy machine may add terms of its own. */
    private static void assertFoundByTheirServers(NodePair pair, int flows) {
        for (Member member : Member.values()) {
            assertEquals(0, pair.count(member, Counter.RECONSTRUCTED_REFUSE), pair::log);
            assertEquals(0, pair.count(member, Counter.RECONSTRUCTED_REPLAY), pair::log);
            long found = pair.count(member, Counter.RECONSTRUCTED_PROBE)
                    + pair.count(member, Counter.RECONSTRUCTED_LEARN)
                    + pair.count(member, Counter.RECONSTRUCTED_DERIVE);
            assertTrue(found >= flows, () -> member + " found " + found + "\n" + pair.log());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"af_packet", "af_xdp"})
    @Timeout(value = 240, unit = TimeUnit.SECONDS)
    void shouldFinishADownloadAndAnUploadThroughTwoTakeovers(String driver) throws InterruptedException {
        try (NodePair pair = stage.pair("io.driver = " + driver, PATIENT);
                Transfers transfers = new Transfers(pair, BYTES, 200)) {
            pair.startBoth();
            long began = System.nanoTime();
            transfers.download(() -> new WebConnection(IpFamily.IPV4.vip(VirtualService.WEB)));
            transfers.upload(() -> new WebConnection(IpFamily.IPV6.vip(VirtualService.WEB)));
            takeOverTwice(pair, transfers);
            transfers.assertWhole();
            System.out.printf(
                    "%s: %d bytes each way in %d ms%n", driver, BYTES, (System.nanoTime() - began) / 1_000_000);
            assertFoundByTheirServers(pair, 2);
        }
    }

    private static VirtualService secure(IpFamily family) {
        return new VirtualService(
                family.named("tls"),
                family,
                "tcp",
                SecureWeb.PORT,
                "rr",
                List.of(
                        new RealServer("a", family.back(2), SecureWeb.PORT, 1),
                        new RealServer("b", family.back(3), SecureWeb.PORT, 1)));
    }

    @Test
    @Timeout(value = 240, unit = TimeUnit.SECONDS)
    void shouldFinishTransfersOverTlsThroughTwoTakeovers() throws InterruptedException {
        SSLContext tls = secureWeb.client();
        try (NodePair pair = stage.pair(
                        PATIENT,
                        secure(IpFamily.IPV4).properties(),
                        secure(IpFamily.IPV6).properties());
                Transfers transfers = new Transfers(pair, SECURE_BYTES, 200)) {
            pair.startBoth();
            for (IpFamily family : IpFamily.values()) {
                InetSocketAddress target = family.vip(SecureWeb.PORT);
                transfers.download(() -> WebConnection.secure(target, tls));
                transfers.upload(() -> WebConnection.secure(target, tls));
            }
            takeOverTwice(pair, transfers);
            transfers.assertWhole();
            assertFoundByTheirServers(pair, 4);
        }
    }
}
