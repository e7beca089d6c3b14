package io.weir.appliance.ha;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.bed.NodePair;
import io.weir.appliance.bed.NodePair.Member;
import io.weir.appliance.bed.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What one node of a pair sends that the other may read: from its hardware address to the other's, or to all. */
final class WireTap implements AutoCloseable {
    /** What every host sends to all: ARP, neighbour and router discovery (ICMPv6 133 to 137), group membership. */
    private static final String OF_EVERY_HOST =
            "arp or (icmp6 and ip6[40] >= 130 and ip6[40] <= 137) or igmp or ip6 proto 0";

    private final Path file;
    private final Process tcpdump;

    private WireTap(Path file, Process tcpdump) {
        this.file = file;
        this.tcpdump = tcpdump;
    }

    /** Listens in the switch of a side. */
    static WireTap between(NodePair pair, String side) {
        List<String> macs = new ArrayList<>();
        for (Member member : Member.values()) {
            macs.add(pair.namespace(member)
                    .run("cat", "/sys/class/net/" + side + "/address")
                    .trim());
        }
        String filter =
                "(ether src %s and (ether dst %s or ether multicast)) or (ether src %s and (ether dst %s or ether multicast))"
                        .formatted(macs.get(0), macs.get(1), macs.get(1), macs.get(0));
        try {
            Path file = Files.createTempFile("between", ".pcap");
            Process tcpdump = pair.lan(side)
                    .start(new ProcessBuilder(
                            "tcpdump", "-i", "lan", "-U", "-Z", "root", "-w", file.toString(), filter));
            BufferedReader messages = tcpdump.errorReader(StandardCharsets.UTF_8);
            String line = messages.readLine();
            while (line != null && !line.contains("listening on")) {
                line = messages.readLine();
            }
            return new WireTap(file, tcpdump);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** That there was VRRP, or not even that; and nothing else that not every host sends. */
    void assertOnlyVrrp(boolean vrrp) {
        tcpdump.destroy();
        try {
            tcpdump.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        assertEquals(List.of(), frames("not (proto 112 or ip6 proto 112 or " + OF_EVERY_HOST + ")"));
        assertTrue(vrrp == !frames("proto 112").isEmpty(), "VRRP over IPv4");
        assertTrue(vrrp == !frames("ip6 proto 112").isEmpty(), "VRRP over IPv6");
    }

    private List<String> frames(String filter) {
        return Program.run("tcpdump", "-nne", "-r", file.toString(), filter)
                .lines()
                .filter(line -> !line.startsWith("reading from file"))
                .toList();
    }

    @Override
    public void close() {
        tcpdump.destroy();
        try {
            tcpdump.waitFor();
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
