package io.weir.appliance.ha;

import static io.weir.appliance.bed.NodePair.Member.A;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.Requires;
import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.NodePair;
import io.weir.bindings.DeviceFacts;
import io.weir.bindings.Mem;
import io.weir.bindings.NativeBlock;
import io.weir.bindings.raw.RawSender;
import io.weir.ha.HaCounter;
import io.weir.ha.HaState;
import io.weir.ha.HaStatus;
import io.weir.ha.vrrp.Advertisement;
import io.weir.ha.vrrp.AdvertisementCodec;
import io.weir.ha.vrrp.ReceptionRules;
import io.weir.scheduler.IpAddress;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node beside keepalived, the reference among VRRP's implementations: either is master and backup of the other. */
class KeepalivedTest {
    private static final int VRID = 51;
    private static final IpFamily[] BOTH = IpFamily.values();
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);

    @TempDir
    private static Path directory;

    private static PairStage stage;

    @BeforeAll
    static void build() {
        Requires.tool("keepalived");
        stage = new PairStage(directory);
    }

    @AfterAll
    static void takeDown() {
        if (stage != null) {
            stage.close();
        }
    }

    private static Namespace neighbour() {
        return stage.bed().nodeB();
    }

    private static Keepalived keepalived(int priority) {
        return Keepalived.start(neighbour(), directory, 3, VRID, priority);
    }

    /** The neighbour's kernel holds the shared addresses, or does not. */
    private static void awaitAddresses(boolean held) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NS;
        for (IpFamily family : BOTH) {
            for (String address : List.of(family.vip(), family.front(1), family.back(1))) {
                while (neighbour().run("ip", "-o", "address", "show").contains(" " + address + "/") != held) {
                    assertTrue(deadline - System.nanoTime() > 0, address);
                    TimeUnit.MILLISECONDS.sleep(20);
                }
            }
        }
    }

    @Test
    void shouldHandOverToKeepalivedAndTakeBackWhenItsPriorityIsHigher() throws InterruptedException {
        try (NodePair pair = stage.pair();
                Keepalived keepalived = keepalived(100);
                Prober v4 = new Prober(stage.bed().client(), IpFamily.IPV4);
                Prober v6 = new Prober(stage.bed().client(), IpFamily.IPV6)) {
            keepalived.await("MASTER", BOTH);
            pair.start(A);
            pair.await(A, HaState.MASTER);
            keepalived.await("BACKUP", BOTH);
            awaitAddresses(false);
            v4.awaitAnswers(10);
            v6.awaitAnswers(10);
            assertEquals(0, pair.count(A, HaCounter.ADDRESS_MISMATCH), keepalived::log);
            assertEquals(0, pair.count(A, HaCounter.INTERVAL_MISMATCH), keepalived::log);
            assertEquals(0, pair.count(A, HaCounter.HEARD_PLAIN_CHECKSUM));

            pair.kill(A);
            keepalived.await("MASTER", BOTH);
            awaitAddresses(true);

            pair.start(A);
            pair.await(A, HaState.MASTER);
            keepalived.await("BACKUP", BOTH);
            awaitAddresses(false);
            v4.awaitAnswers(10);
            v6.awaitAnswers(10);

            assertEquals(0, pair.terminate(A));
            keepalived.await("MASTER", BOTH);
            String log = keepalived.log();
            for (String complaint : List.of("checksum", "mismatch", "Invalid", "invalid", "expected", "not present")) {
                assertFalse(log.contains(complaint), log);
            }
        }
    }

    @Test
    void shouldTakeOverFromKeepalivedAndGiveBackWhenItsPriorityIsLower() throws InterruptedException {
        try (NodePair pair = stage.pair("ha.vrrp.priority = 50")) {
            pair.start(A);
            pair.await(A, HaState.MASTER);
            try (Keepalived keepalived = keepalived(100)) {
                keepalived.await("MASTER", BOTH);
                pair.await(A, HaState.BACKUP);
                HaStatus status = pair.status(A).orElseThrow();
                assertTrue(status.master().isPresent());
                keepalived.terminate();
            }
            pair.await(A, HaState.MASTER);
            assertTrue(pair.count(A, HaCounter.HEARD_PRIORITY_ZERO) > 0);
            try (Keepalived keepalived = keepalived(100)) {
                keepalived.await("MASTER", BOTH);
                pair.await(A, HaState.BACKUP);
                assertEquals(2, pair.count(A, HaCounter.TERMS));
            }
        }
    }

    @Test
    void shouldLeaveALivingMasterInOfficeWithoutPreemption() throws InterruptedException {
        try (NodePair pair = stage.pair("ha.vrrp.preempt = false");
                Keepalived keepalived = keepalived(100)) {
            keepalived.await("MASTER", BOTH);
            pair.start(A);
            long heard = pair.count(A, HaCounter.HEARD);
            awaitCount(pair, HaCounter.HEARD, heard + 100); // five seconds of both families
            assertEquals(HaState.BACKUP, pair.status(A).orElseThrow().state());
            keepalived.terminate();
            pair.await(A, HaState.MASTER);
        }
    }

    @Test
    void shouldIgnoreAndCountWhatIsNotForIt() throws InterruptedException {
        try (NodePair pair = stage.pair()) {
            pair.start(A);
            pair.await(A, HaState.MASTER);
            IpAddress source = IpAddress.parse(IpFamily.IPV4.front(Bed.MEMBER_B));
            byte[] good = advertisement(VRID, source);
            byte[] sum = good.clone();
            sum[7]++;
            byte[] type = good.clone();
            type[0] = 0x32;
            byte[] cut = Arrays.copyOf(good, good.length - 4);
            for (Map.Entry<HaCounter, byte[]> each : Map.of(
                            HaCounter.IGNORED_VRID, advertisement(VRID + 1, source),
                            HaCounter.IGNORED_CHECKSUM, sum,
                            HaCounter.IGNORED_TYPE, type,
                            HaCounter.IGNORED_LENGTH, cut)
                    .entrySet()) {
                send(source, ReceptionRules.GROUP_V4, 255, each.getValue());
                awaitCount(pair, each.getKey(), 1);
            }
            send(source, ReceptionRules.GROUP_V4, 254, good);
            awaitCount(pair, HaCounter.IGNORED_TTL, 1);
            send(source, IpAddress.parse(IpFamily.IPV4.front(Bed.MEMBER_A)), 255, good);
            awaitCount(pair, HaCounter.IGNORED_CHECKSUM, 2); // of another destination
            try (Keepalived old = Keepalived.start(neighbour(), directory, 2, VRID, 200)) {
                old.await("MASTER", IpFamily.IPV4);
                awaitCount(pair, HaCounter.IGNORED_VERSION, 1); // packets that it does not know hold back its own
            }
            HaStatus status = pair.status(A).orElseThrow();
            assertEquals(HaState.MASTER, status.state());
            assertEquals(0, status.counters().get(HaCounter.HEARD), "none of it was believed");
            assertEquals(1, status.terms());
            assertEquals(Optional.of(IpAddress.parse(IpFamily.IPV4.front(Bed.MEMBER_A))), status.master());
        }
    }

    private static byte[] advertisement(int vrid, IpAddress source) {
        Advertisement advertisement = new Advertisement(vrid, 200, 10, List.of(IpAddress.parse(IpFamily.IPV4.vip())));
        try (NativeBlock block = new NativeBlock(64)) {
            int length = AdvertisementCodec.write(block.address(), advertisement, source, ReceptionRules.GROUP_V4);
            byte[] bytes = new byte[length];
            Mem.copy(block.address(), bytes, 0, length);
            return bytes;
        }
    }

    private static void send(IpAddress source, IpAddress destination, int hopLimit, byte[] bytes) {
        neighbour().call(() -> {
            try (RawSender sender = RawSender.open(
                            AdvertisementCodec.PROTOCOL,
                            DeviceFacts.of(Bed.FRONT),
                            source.hi(),
                            source.lo(),
                            hopLimit);
                    NativeBlock block = new NativeBlock(bytes.length)) {
                Mem.copy(bytes, 0, block.address(), bytes.length);
                assertEquals(
                        bytes.length, sender.send(destination.hi(), destination.lo(), block.address(), bytes.length));
            }
            return null;
        });
    }

    private static void awaitCount(NodePair pair, HaCounter counter, long wanted) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NS;
        while (pair.count(A, counter) < wanted) {
            assertTrue(
                    deadline - System.nanoTime() > 0,
                    () -> counter + " is not " + wanted + " in " + pair.status(A) + "\n" + pair.log());
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }
}
