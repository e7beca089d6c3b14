package io.weir.appliance.ha;

import static io.weir.appliance.bed.NodePair.Member.A;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.Requires;
import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.IpFamily;
import io.weir.appliance.bed.KeepAliveFleet;
import io.weir.appliance.bed.KeepAliveFleet.Summary;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.bed.NodePair;
import io.weir.appliance.bed.VirtualService;
import io.weir.engine.counters.Counter;
import io.weir.ha.HaState;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Somebody sends segments of connections that do not exist, from addresses that are not theirs, while others work. */
class MidStreamFloodTest {
    private static final int CONNECTIONS = 500;
    private static final int FLOOD = 50_000;
    private static final Duration LENGTH = Duration.ofSeconds(4);
    private static final int RATE = 4000;
    private static final int REPLAY_RATE = 200;
    private static final String COUNTED = """
            table inet flood {
              counter probes { }
              counter replays { }
              chain in {
                type filter hook input priority filter;
                ip saddr %s tcp flags & (syn | rst | ack) == ack counter name probes
                ip saddr %s tcp flags & (syn | ack) == syn counter name replays
              }
            }
            """;

    @TempDir
    private static Path directory;

    private static PairStage stage;

    @BeforeAll
    static void build() {
        Requires.tool("nft");
        stage = new PairStage(directory);
        String rules = COUNTED.formatted(MidStreamFlood.SOURCES, IpFamily.IPV4.back(Bed.MEMBER_A));
        servers().forEach(server -> server.runWith(rules, "nft", "-f", "-"));
    }

    @AfterAll
    static void takeDown() {
        if (stage != null) {
            stage.close();
        }
    }

    private static List<Namespace> servers() {
        return List.of(stage.bed().serverA(), stage.bed().serverB());
    }

    @ParameterizedTest
    @ValueSource(strings = {"af_packet", "af_xdp"})
    void shouldAskServersNoMoreThanAllowedAndKeepWhatIsHonest(String driver) throws InterruptedException {
        long seed = System.nanoTime();
        try (NodePair pair = stage.web(
                "rr",
                "io.driver = " + driver,
                "io.ring.size = 8192",
                "ha.vrrp.advertise = 1s", // nobody is to take over, however busy the machine is
                "ha.watchdog = 2s",
                "reconstruct.rate = " + RATE,
                "reconstruct.replay-rate = " + REPLAY_RATE)) {
            pair.start(A);
            pair.await(A, HaState.MASTER);
            try (KeepAliveFleet fleet = KeepAliveFleet.start(
                    stage.bed().client(),
                    CONNECTIONS,
                    Duration.ofSeconds(1),
                    IpFamily.IPV4.vip(VirtualService.WEB),
                    IpFamily.IPV6.vip(VirtualService.WEB))) {
                fleet.awaitRound();
                fleet.mark();
                servers().forEach(server -> server.run("nft", "reset", "counters"));
                long began = System.nanoTime();
                long sent =
                        new MidStreamFlood(0x0200_0000_010bL).run(stage.bed().client(), FLOOD, LENGTH, seed);
                fleet.awaitRound(); // what came before has been worked off
                double seconds = (System.nanoTime() - began) / 1e9;
                Summary summary = fleet.summary();
                System.out.printf(
                        "%s: %d spoofed in %.1f s, longest stall %d ms, p99 %d ms (own delay %d ms); %s%n",
                        driver,
                        sent,
                        seconds,
                        summary.longestStallMs(),
                        summary.p99StallMs(),
                        summary.longestDelayMs(),
                        pair.counted(A));
                assertEquals(0, summary.broken(), () -> "%s%nseed %d%n%s".formatted(summary, seed, pair.story()));
                assertTrue(pair.count(A, Counter.DROP_RECONSTRUCT_RATE) > sent / 8, pair::story);
                assertTrue(pair.count(A, Counter.RECONSTRUCTED_REPLAY) > 0, pair::story);
                long probed = 0;
                for (Namespace server : servers()) {
                    probed += counted(server, "probes");
                    long replays = counted(server, "replays");
                    System.out.printf("%s: %d replays%n", server.role(), replays);
                    assertTrue(replays > 0 && replays <= most(REPLAY_RATE, seconds), replays + " replays");
                }
                System.out.printf("%d probes%n", probed);
                assertTrue(probed > 0 && probed <= most(RATE, seconds), probed + " probes");
            }
        } finally {
            stage.forgetConnections();
        }
    }

    /** What a rate lets through: a tenth of a second's at once, and then evenly. */
    private static long most(int rate, double seconds) {
        return (long) (rate * (seconds + 0.1)) + 1;
    }

    private static long counted(Namespace server, String name) {
        Matcher matcher =
                Pattern.compile("packets (\\d+)").matcher(server.run("nft", "list", "counter", "inet", "flood", name));
        assertTrue(matcher.find());
        return Long.parseLong(matcher.group(1));
    }
}
