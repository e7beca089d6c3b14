package io.weir.appliance.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.bindings.DeviceFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelProbeTest {
    private static final DeviceFacts ETH0 = new DeviceFacts("eth0", 2, true, 1500, 1, "ixgbe", 1, true, true, false);
    private static final String NODE = "io.interface.front = eth0\n";

    @TempDir
    private Path directory;

    private FakeRoot machine;

    @BeforeEach
    void build() {
        machine = new FakeRoot(directory);
    }

    private List<String> findings(String configuration) {
        return new KernelProbe(machine.config(configuration), new KernelFiles(machine.path()), List.of(ETH0))
                .findings().stream()
                        .map(f -> f.level() + " " + f.subject() + ": " + f.text())
                        .toList();
    }

    private String finding(String configuration, String subject) {
        return findings(configuration).stream()
                .filter(f -> f.contains(" " + subject + ": "))
                .findFirst()
                .orElse("nothing about " + subject);
    }

    @Test
    void shouldBeContentWithMachineThatHasEverything() {
        assertEquals(
                List.of(
                        "OK kernel: Linux 6.18.44-generic",
                        "OK privileges: this user may run the node",
                        "OK huge pages: 34 MiB of frames and 128 MiB of flows take 81 huge pages of 2 MiB, and 1000 are"
                                + " free"),
                findings(NODE));
    }

    @Test
    void shouldSayWhatAnOldKernelCannotDo() {
        machine.put("proc/sys/kernel/osrelease", "6.1.0-28-amd64\n");
        assertEquals(
                "MISSING kernel: Linux 6.1.0-28-amd64: AF_PACKET needs TCX, Linux 6.6 or newer",
                finding(NODE + "io.driver = af_packet\n", "kernel"));
        assertEquals(
                "WARNING kernel: Linux 6.1.0-28-amd64: AF_XDP or nothing, as AF_PACKET needs TCX, Linux 6.6 or newer",
                finding(NODE, "kernel"));
        assertEquals("OK kernel: Linux 6.1.0-28-amd64", finding(NODE + "io.driver = af_xdp\n", "kernel"));
        machine.put("proc/sys/kernel/osrelease", "5.4.0\n");
        assertEquals(
                "MISSING kernel: Linux 5.4.0: AF_XDP needs XDP links, Linux 5.9 or newer",
                finding(NODE + "io.driver = af_xdp\n", "kernel"));
    }

    @Test
    void shouldNameCapabilitiesThatAreMissing() {
        machine.capabilities("0000000000000000");
        assertEquals(
                "WARNING privileges: this user lacks CAP_NET_ADMIN, CAP_NET_RAW, CAP_BPF, CAP_PERFMON; run the node as"
                        + " root, or grant them",
                finding(NODE, "privileges"));
        machine.capabilities("0000000000003000"); // NET_ADMIN, NET_RAW
        assertEquals(
                "WARNING privileges: this user lacks CAP_BPF; run the node as root, or grant them",
                finding(NODE + "io.driver = af_packet\n", "privileges"));
        machine.capabilities("0000000000203000"); // and SYS_ADMIN
        assertEquals("OK privileges: this user may run the node", finding(NODE, "privileges"));
    }

    @Test
    void shouldCompareLockedMemoryWithFrames() {
        machine.capabilities("000000c000003000"); // all but IPC_LOCK
        machine.memlock("8388608");
        assertEquals(
                "WARNING locked memory: AF_XDP locks 34 MiB of frames and this user may lock 8192 KiB: ulimit -l"
                        + " unlimited, LimitMEMLOCK=infinity, or CAP_IPC_LOCK",
                finding(NODE, "locked memory"));
        assertTrue(finding(NODE + "io.driver = af_packet\n", "locked memory").startsWith("nothing"));
        machine.memlock("67108864");
        assertTrue(finding(NODE, "locked memory").startsWith("nothing"));
        machine.memlock("8192");
        machine.capabilities("000000c000007000"); // with IPC_LOCK
        assertTrue(finding(NODE, "locked memory").startsWith("nothing"));
    }

    @Test
    void shouldSayHowManyHugePagesToReserve() {
        machine.hugePages(100, 11);
        String configuration = NODE + "connections.capacity = 64k\n";
        assertEquals(
                "HINT huge pages: 34 MiB of frames and 8 MiB of flows take 21 huge pages of 2 MiB, and 11 are free:"
                        + " sysctl -w vm.nr_hugepages=110; without them, transparent ones are taken where there are any",
                finding(configuration, "huge pages"));
        assertTrue(finding(configuration + "io.hugepages = on\n", "huge pages").startsWith("MISSING huge pages: "));
        assertTrue(finding(configuration + "io.hugepages = off\n", "huge pages").startsWith("nothing"));
    }

    @Test
    void shouldMissDriverOfExceptionDevice() throws IOException {
        Files.delete(directory.resolve("dev/net/tun"));
        assertEquals("MISSING /dev/net/tun: is not there: modprobe tun", finding(NODE, "/dev/net/tun"));
    }

    @Test
    void shouldSayNothingOfWhatCannotBeRead() {
        FakeRoot empty = new FakeRoot(directory.resolve("empty"));
        List<String> findings = new KernelProbe(
                        empty.config(NODE), new KernelFiles(directory.resolve("nowhere")), List.of())
                .findings().stream().map(f -> f.subject()).toList();
        assertEquals(List.of("privileges", "/dev/net/tun"), findings);
        assertFalse(findings.contains("huge pages"), "without devices nobody knows how many");
    }
}
