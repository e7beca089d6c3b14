package io.weir.appliance.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.Requires;
import io.weir.appliance.bed.Bed;
import io.weir.appliance.bed.BedOptions;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.cli.MachineProbe.Finding;
import io.weir.appliance.cli.MachineProbe.Level;
import io.weir.bindings.EthtoolOffloads;
import io.weir.bindings.EthtoolOffloads.Offload;
import io.weir.bindings.TapDevice;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code weir check} finds out, of devices, addresses and routes that there really are. */
class LocalProbeTest {
    private static final String NODE = """
            workers.cores = 0
            io.interface.front = front
            io.interface.back = back
            connections.capacity = 16k
            service.web.address = 202.103.106.5:80
            service.web.server.a = 172.16.0.2:80
            service.web6.address = [2001:db8:106::5]:80
            service.web6.server.a = [fd00:172:16::2]:80
            """;

    @TempDir
    private Path directory;

    private FakeRoot machine;
    private Bed bed;

    @BeforeEach
    void build() {
        Requires.root();
        Requires.tool("ip");
        machine = new FakeRoot(directory);
        bed = Bed.create(BedOptions.ARTICLE);
    }

    @AfterEach
    void takeDown() {
        if (bed != null) {
            bed.close();
        }
    }

    private List<Finding> probe(String configuration) {
        return bed.node().call(() -> new LocalProbe(machine.path()).probe(machine.config(configuration)));
    }

    /** What is not as it should be. */
    private List<String> objections(String configuration) {
        return probe(configuration).stream()
                .filter(f -> f.level() != Level.OK)
                .map(f -> f.level() + " " + f.subject() + ": " + f.text())
                .toList();
    }

    @Test
    void shouldDescribeMachineThatIsAsItShouldBe() {
        assertEquals(List.of(), objections(NODE));
        List<String> texts =
                probe(NODE).stream().map(f -> f.subject() + ": " + f.text()).toList();
        assertEquals(
                List.of(
                        "front: front: driver veth, 1 receive queue for 1 worker, MTU 1500, address 02:00:00:00:01:01",
                        "back: back: driver veth, 1 receive queue for 1 worker, MTU 1500, address 02:00:00:00:02:01",
                        "back: leads to 2 server addresses",
                        "kernel: Linux 6.18.44-generic",
                        "privileges: this user may run the node"),
                texts.subList(0, 5));
    }

    @Test
    void shouldMissDevicesThatAreNotThereOrDown() {
        bed.node().ip("link set back down");
        assertEquals(
                List.of("MISSING back: is down: ip link set back up"),
                objections(NODE).stream().filter(f -> f.startsWith("MISSING")).toList());
        assertEquals(
                "MISSING nosuch: back: there is no such device; there are: back front",
                objections(NODE.replace("= back", "= nosuch")).getFirst());
        bed.node().ip("link set back up");
        bed.namespaces().stream().filter(n -> n.role().equals("back-lan")).forEach(n -> n.ip("link set p01 down"));
        assertTrue(
                objections(NODE).contains("WARNING back: has no carrier: cable, switch port, or the other end"),
                () -> objections(NODE).toString());
    }

    @Test
    void shouldWarnOfOffloadsWithCommandThatSwitchesThemOff() {
        onNode(() -> {
            EthtoolOffloads.set("front", Offload.TX_CHECKSUM, true);
            EthtoolOffloads.set("front", Offload.GENERIC_SEGMENTATION, true);
            EthtoolOffloads.set("back", Offload.GENERIC_RECEIVE, true);
        });
        assertEquals(
                List.of(
                        "WARNING front: a local stack's frames come over veth with unfinished checksums or uncut, and"
                                + " AF_XDP cannot tell; here, and above all at the other end: ethtool -K front tx off"
                                + " tso off gso off",
                        "WARNING back: received frames may be merged beyond the MTU: ethtool -K back gro off"),
                objections(NODE));
        assertEquals(List.of(), objections(NODE + "io.driver = af_packet\n"), "AF_PACKET can tell");
    }

    @Test
    void shouldSayWhichDriverTakesTheMtu() {
        bed.node().ip("link set front mtu 2000", "link set back mtu 9000");
        assertEquals(
                List.of(
                        "MISSING front: AF_XDP cannot hold its MTU of 2000 in frames of 2048 bytes; io.frame.size = 4096"
                                + " would do",
                        "MISSING back: AF_XDP cannot hold its MTU of 9000 in frames of 2048 bytes; an MTU of at most"
                                + " 3822 would do"),
                objections(NODE + "io.driver = af_xdp\n"));
        assertTrue(objections(NODE).getFirst().startsWith("WARNING front: "), "auto has another way");
        assertEquals(List.of(), objections(NODE + "io.driver = af_packet\n"));
        bed.node().ip("link set front mtu 3600", "link set back mtu 1500");
        assertTrue(objections(NODE + "io.frame.size = 4096\n")
                .getFirst()
                .startsWith("WARNING front: most drivers run XDP"));
    }

    @Test
    void shouldCountQueues() {
        assertEquals(
                List.of(
                        "WARNING front: frames cross a ring between workers, for want of queues: ethtool -L front combined"
                                + " 2",
                        "WARNING back: frames cross a ring between workers, for want of queues: ethtool -L back combined"
                                + " 2"),
                objections(NODE.replace("cores = 0", "cores = 0,1")));
    }

    @Test
    void shouldWarnWhenKernelHoldsAddressOfTheEngine() {
        bed.node().ip("address add 202.103.106.5/32 dev lo", "address add 172.16.0.254/24 dev back");
        assertEquals(
                List.of(
                        "WARNING 202.103.106.5: the kernel holds it on lo and would answer for it beside the engine:"
                                + " ip address delete 202.103.106.5/32 dev lo",
                        "WARNING 172.16.0.254: the kernel holds it on back and would answer for it beside the engine:"
                                + " ip address delete 172.16.0.254/24 dev back"),
                objections(NODE + "gateway.back = 172.16.0.254\n"));
    }

    @Test
    void shouldFollowRoutesToServers() {
        Namespace node = bed.node();
        node.ip(
                "link add aside type bridge",
                "link set aside up",
                "address add 10.9.9.1/24 dev aside",
                "route add unreachable 10.8.8.0/24");
        String more = """
                service.web.server.b = 10.9.9.2:80
                service.web.server.c = 10.8.8.2:80
                service.web.server.d = 172.16.0.1:80
                service.web.server.e = 10.7.7.7:80
                """;
        assertEquals(
                List.of(
                        "WARNING 10.9.9.2: the route to this server leaves by aside, which is no io.interface",
                        "WARNING 10.8.8.2: there is no route to this server",
                        "WARNING 172.16.0.1: this server is an address of the host itself",
                        "WARNING 10.7.7.7: there is no route to this server"),
                objections(NODE + more));
    }

    @Test
    void shouldWarnOfKernelThatForwardsWhatServersAnswer() {
        machine.put("proc/sys/net/ipv4/ip_forward", "1\n");
        List<String> objections = objections(NODE);
        assertEquals(1, objections.size(), objections::toString);
        assertTrue(objections.getFirst().startsWith("WARNING net.ipv4.ip_forward: is on"), objections::toString);
        assertTrue(
                objections.getFirst().endsWith("ip saddr . th sport { 172.16.0.2 . 80 } drop"), objections::toString);
    }

    @Test
    void shouldWarnOfRouterBeforeServerThatIsReachedByItsMacAddress() {
        bed.node().ip("route add 10.7.7.0/24 via 172.16.0.3");
        String routed = "service.web.server.b = 10.7.7.7:80\n";
        assertEquals(List.of(), objections(NODE + routed));
        assertEquals(
                List.of(
                        "WARNING 10.7.7.7: a router stands before this server and would get its packets, which are sent to"
                                + " the virtual address: forward = dr reaches servers in a network of this host only; tun reaches others"),
                objections(NODE + routed + "service.web.forward = dr\n"));
    }

    @Test
    void shouldNotMindForwardingOfAnswersThatCannotReachClientsUntranslated() {
        machine.put("proc/sys/net/ipv4/ip_forward", "1\n");
        assertEquals(List.of(), objections(NODE + "service.web.forward = dr\n"));
        assertEquals(List.of(), objections(NODE + "service.web.forward = fullnat\n"));
    }

    @Test
    void shouldTellTapOfRunningNodeFromOtherDevice() {
        bed.node().call(() -> {
            try (TapDevice tap = TapDevice.create("weir-x", 1500)) {
                assertEquals(
                        List.of("HINT weir-x: exists: a node is running, or io.exception.device needs another name"),
                        objections(NODE));
                return tap;
            }
        });
        bed.node().ip("link add weir-x type bridge");
        assertTrue(objections(NODE).getFirst().startsWith("MISSING weir-x: "));
    }

    @Test
    void shouldLookAtThisVeryMachine() {
        List<Finding> findings =
                bed.node().call(() -> new LocalProbe().probe(machine.config(NODE + "io.hugepages = off\n")));
        assertTrue(findings.stream().anyMatch(f -> f.subject().equals("kernel")), findings::toString);
        assertFalse(
                findings.stream().anyMatch(f -> f.subject().equals("/dev/net/tun") && f.level() == Level.WARNING),
                findings::toString);
    }

    private void onNode(Runnable task) {
        bed.node().call(() -> {
            task.run();
            return null;
        });
    }
}
