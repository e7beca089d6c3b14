package io.weir.perf.pktgen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.perf.traffic.Popularity;
import io.weir.perf.traffic.Protocol;
import io.weir.perf.traffic.Rate;
import io.weir.perf.traffic.SizeMix;
import io.weir.perf.traffic.Traffic;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class GeneratorOptionsTest {
    private static final Traffic TRAFFIC =
            Traffic.to(0x0200_0000_0002L).withFlows(100, Popularity.TURNS).withSizes(SizeMix.of(128));
    private static final GeneratorOptions OPTIONS = GeneratorOptions.of("eth0", TRAFFIC);

    private static void refused(String words, Runnable action) {
        String message =
                assertThrows(IllegalArgumentException.class, action::run).getMessage();
        assertTrue(message.contains(words), message);
    }

    @Test
    void shouldAlwaysBeBounded() {
        assertEquals(Duration.ofSeconds(10), OPTIONS.duration());
        refused("at most", () -> OPTIONS.until(0, Duration.ofHours(2)));
        refused("more than 0", () -> OPTIONS.until(0, Duration.ZERO));
        refused("count -1", () -> OPTIONS.until(-1, Duration.ofSeconds(1)));
    }

    @Test
    void shouldRefuseWhatDoesNotGoTogether() {
        refused("1 to 32", () -> OPTIONS.withThreads(33, List.of()));
        refused("a core for each", () -> OPTIONS.withThreads(2, List.of(1)));
        GeneratorOptions connections = OPTIONS.withTraffic(TRAFFIC.withProtocol(Protocol.TCP_CONNECTIONS));
        refused("1 to 1", () -> connections.withThreads(2, List.of()));
        refused("connections a second", () -> connections.withRate(Rate.parse("1gbit")));
        refused("af_xdp or af_packet", () -> connections.withDriver(GeneratorDriver.XDP));
        refused(
                "turns or uniform",
                () -> OPTIONS.withTraffic(TRAFFIC.withFlows(9, Popularity.zipf(1)))
                        .withDriver(GeneratorDriver.XDP));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pktgen",
                "pktgen -i eth0",
                "pktgen -i eth0 -m 02:00:00:00:00",
                "pktgen -i eth0 -m ff:ff:ff:ff:ff:ff",
                "pktgen -i eth0 -m 02:00:00:00:00:01 --rate quick",
                "pktgen -i eth0 -m 02:00:00:00:00:01 --size 63",
                "pktgen -i eth0 -m 02:00:00:00:00:01 --flows 70000",
                "pktgen -i eth0 -m 02:00:00:00:00:01 --duration 2h",
                "pktgen -i eth0 -m 02:00:00:00:00:01 --duration forever",
                "pktgen -i eth0 -m 02:00:00:00:00:01 -d 2001:db8::1",
                "pktgen -i eth0 -m 02:00:00:00:00:01 --driver dpdk",
                "pktgen sink",
                "pktgen sink -i eth0 --driver xdp",
                "pktgen reflect -i eth0 --threads 0"
            })
    void shouldCallBadUsageByItsName(String line) {
        StringWriter err = new StringWriter();
        String[] words = line.replaceFirst("pktgen ?", "").split(" ");
        CommandLine command = new CommandLine(new PktgenCommand()).setErr(new PrintWriter(err));
        assertEquals(2, command.execute(line.equals("pktgen") ? new String[0] : words), err.toString());
    }

    @Test
    void shouldSayThatTheDeviceIsMissing() {
        StringWriter err = new StringWriter();
        CommandLine command = new CommandLine(new PktgenCommand()).setErr(new PrintWriter(err));
        assertEquals(3, command.execute("-i", "nosuchdevice0", "-m", "02:00:00:00:00:01", "--duration", "1s"));
        assertTrue(err.toString().contains("nosuchdevice0"), err.toString());
    }
}
