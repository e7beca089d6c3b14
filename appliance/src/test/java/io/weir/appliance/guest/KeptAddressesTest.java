package io.weir.appliance.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.Requires;
import io.weir.appliance.bed.Program;
import io.weir.appliance.config.HostConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What keeps addresses over a guest's restart: written through the real guest agent, read by the systems' own programs where
 * Debian has them, back after a restart from the guest's files alone, and gone to the byte in the end.
 */
@Timeout(240)
class KeptAddressesTest extends OneGuest {
    private static final String IFUP = "mkdir -p /run/network\nifup -a\n";
    private static final String NETWORKD = """
            mkdir -p /run/systemd/netif/links /run/systemd/netif/leases
            chown -R systemd-network:systemd-network /run/systemd/netif
            mount -o remount,ro,bind /sys
            /lib/systemd/systemd-networkd >/run/networkd.log 2>&1 &
            """;
    private static final String INTERFACES = """
            # the owner's
            auto eth0
            iface eth0 inet static
                address 10.10.1.21/24
            iface eth0 inet6 static
                address 2001:db8::21/64
                dad-attempts 0""";

    private HostConfig config(String... more) {
        return config(HostFile.SERVICES, Stream.of(more));
    }

    /** Runs it until the guest is configured, and returns where it stands. */
    private GuestStatus configure(String... more) throws Exception {
        try (HostAgent agent = HostAgent.start(config(more), heard)) {
            heard.await("vnet0 configured");
            return agent.status().guests().getFirst();
        }
    }

    private void removeAll(String... more) throws Exception {
        final GuestStatus gone = GuestVisits.remove(config(more)).getFirst();
        assertEquals("", gone.error());
        assertEquals(0, gone.ours().size());
        final String after = guest.addresses();
        assertFalse(after.contains("10.10.1.100") || after.contains("2001:db8::100"), after);
        assertTrue(after.contains("10.10.1.21/24") && after.contains("2001:db8::21/64"), after);
        assertFalse(Files.exists(directory.resolve("host.json")) && !known().isEmpty());
    }

    private List<GuestStatus> known() throws IOException {
        return StatusFile.read(directory.resolve("host.json")).guests();
    }

    /** The second run must change nothing: neither bytes nor the file itself. */
    private void assertKept(String file, String... more) throws Exception {
        final Object before = Files.getAttribute(guest.etc(file), "unix:ino");
        final String text = guest.read(file);
        final GuestStatus again = configure(more);
        assertEquals("/etc/" + file, again.facts().file());
        assertEquals(text, guest.read(file));
        assertEquals(before, Files.getAttribute(guest.etc(file), "unix:ino"), "the file was written again");
        assertTrue(Files.notExists(guest.etc(file).resolveSibling(".weir.tmp")));
    }

    private void assertHasBoth() {
        final String addresses = guest.addresses();
        assertTrue(addresses.contains(V4), addresses);
        final String six =
                addresses.lines().filter(l -> l.contains(V6)).findFirst().orElse("");
        assertTrue(six.contains("deprecated"), addresses);
    }

    private String mode(String file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(guest.etc(file)));
    }

    @Test
    void shouldBeBackAfterRestartByIfupdownsDirectory() throws Exception {
        Requires.tool("ifup");
        final String main = INTERFACES + "\nsource /etc/network/interfaces.d/*\n";
        guest.write("network/interfaces", main);
        guest.start(IFUP);
        assertEquals("ifupdown", configure().facts().system());
        assertKept("network/interfaces.d/weir");
        assertEquals("rw-r--r--", mode("network/interfaces.d/weir"));
        assertHasBoth();
        guest.stop();
        guest.start(IFUP);
        assertHasBoth();
        final Program.Outcome asked = guest.inside("ifquery eth0");
        assertTrue(asked.output().contains("ip address replace 10.10.1.100/32 dev eth0"), asked::output);
        removeAll();
        assertEquals(main, guest.read("network/interfaces"));
        assertTrue(Files.notExists(guest.etc("network/interfaces.d")));
        guest.stop();
        guest.start(IFUP);
        assertFalse(guest.addresses().contains("10.10.1.100"), guest.addresses());
    }

    @Test
    void shouldBeBackAfterRestartByIfupdownsOneFile() throws Exception {
        Requires.tool("ifup");
        guest.write("network/interfaces", INTERFACES); // without an end of its last line
        Files.setPosixFilePermissions(guest.etc("network/interfaces"), PosixFilePermissions.fromString("rw-r-----"));
        guest.start(IFUP);
        configure();
        assertKept("network/interfaces");
        assertEquals("rw-r-----", mode("network/interfaces"));
        guest.stop();
        guest.start(IFUP);
        assertHasBoth();
        assertEquals(0, guest.inside("ifdown eth0 && ifup eth0").status());
        assertHasBoth();
        removeAll();
        assertEquals(INTERFACES, guest.read("network/interfaces"));
        assertEquals("rw-r-----", mode("network/interfaces"));
    }

    @Test
    void shouldBeBackAfterRestartByNetworkd() throws Exception {
        requireNetworkd();
        final String network = """
                [Match]
                Name=eth0
                [Network]
                Address=10.10.1.21/24
                Address=2001:db8::21/64
                IPv6AcceptRA=no
                """;
        guest.write("systemd/network/10-lan.network", network);
        guest.start(NETWORKD);
        assertEquals("networkd", configure().facts().system());
        assertKept("systemd/network/10-lan.network.d/50-weir.conf");
        guest.stop();
        guest.start(NETWORKD);
        awaitBoth();
        removeAll();
        assertEquals(network, guest.read("systemd/network/10-lan.network"));
        assertTrue(Files.notExists(guest.etc("systemd/network/10-lan.network.d")));
    }

    @Test
    void shouldBeBackAfterRestartByNetplan() throws Exception {
        requireNetworkd();
        Requires.tool("netplan");
        final String plan = """
                network:
                  version: 2
                  ethernets:
                    lan:
                      match: {name: eth0}
                      addresses: [10.10.1.21/24, "2001:db8::21/64"]
                      accept-ra: false
                """;
        guest.write("netplan/01-owner.yaml", plan);
        final String start = "netplan generate\n" + NETWORKD;
        guest.start(start);
        assertEquals("netplan", configure().facts().system());
        assertKept("netplan/99-weir.yaml");
        assertEquals("rw-------", mode("netplan/99-weir.yaml"));
        guest.stop();
        guest.start(start);
        awaitBoth();
        removeAll();
        assertEquals(plan, guest.read("netplan/01-owner.yaml"));
        assertTrue(Files.notExists(guest.etc("netplan/99-weir.yaml")));
    }

    @Test
    void shouldPutNetplanBackWhenItTakesNoMore() throws Exception {
        Requires.tool("netplan");
        guest.write("netplan/01-owner.yaml", """
                network:
                  version: 2
                  ethernets:
                    eth0: {addresses: [10.10.1.21/24], nonsense: true}
                """);
        guest.start(DEVICE);
        try (HostAgent agent = HostAgent.start(config("vnet0.configuration = netplan"), heard)) {
            final String line = heard.await("vnet0 volatile");
            assertTrue(line.contains("netplan does not take /etc/netplan/99-weir.yaml"), line);
            assertTrue(Files.notExists(guest.etc("netplan/99-weir.yaml")));
            assertTrue(agent.status().guests().getFirst().facts().present().size() == 2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"""
                [connection]
                id=lan
                uuid=3f0d7a2e-6c5c-4b62-9d7b-0d7a0d7a0d7a
                type=ethernet
                interface-name=eth0

                [ipv4]
                address1=10.10.1.21/24,10.10.1.1
                method=manual

                [ipv6]
                method=auto""", """
                [connection]
                id=lan
                uuid=3f0d7a2e-6c5c-4b62-9d7b-0d7a0d7a0d7a
                type=ethernet
                interface-name = eth0
                """})
    void shouldBeInNetworkManagersKeyfile(String profile) throws Exception {
        final String file = "NetworkManager/system-connections/lan.nmconnection";
        guest.write(file, profile);
        Files.setPosixFilePermissions(guest.etc(file), PosixFilePermissions.fromString("rw-------"));
        guest.start(DEVICE);
        assertEquals("networkmanager", configure().facts().system());
        assertKept(file);
        assertEquals("rw-------", mode(file));
        final String read = netplansReading(guest.etc(file));
        assertTrue(
                read.matches("(?s).*ipv4\\.address\\d: \"10\\.10\\.1\\.100/32\".*|.*- \"10\\.10\\.1\\.100/32\".*"),
                read);
        assertTrue(read.contains("2001:db8::100/128"), read);
        assertEquals(profile.contains("method=manual"), read.contains("10.10.1.21/24,10.10.1.1"), read);
        removeAll();
        assertEquals(profile, guest.read(file));
        assertEquals("rw-------", mode(file));
    }

    @Test
    void shouldBeInRedHatsIfcfg() throws Exception {
        final String text = """
                DEVICE=eth0
                IPADDR=10.10.1.21
                PREFIX=24
                IPADDR1=10.10.2.21
                IPV6INIT=yes
                IPV6ADDR=2001:db8::21/64
                IPV6ADDR_SECONDARIES="2001:db8::22/64"
                """;
        final String file = "sysconfig/network-scripts/ifcfg-eth0";
        guest.write(file, text);
        guest.start(DEVICE);
        assertEquals("ifcfg", configure().facts().system());
        assertKept(file);
        assertEquals(
                "10.10.1.21 10.10.2.21 10.10.1.100/32 2001:db8::22/64 2001:db8::100/128 yes\n",
                guest.inside(". /etc/" + file
                                + "; echo $IPADDR $IPADDR1 $IPADDR2/$PREFIX2 $IPV6ADDR_SECONDARIES $IPV6INIT")
                        .output());
        removeAll();
        assertEquals(text, guest.read(file));
    }

    @Test
    void shouldBeInSusesIfcfg() throws Exception {
        final String text = "BOOTPROTO='static'\nIPADDR='10.10.1.21/24'";
        final String file = "sysconfig/network/ifcfg-eth0";
        guest.write(file, text);
        guest.start(DEVICE);
        configure();
        assertKept(file);
        assertEquals(
                "10.10.1.21/24 10.10.1.100/32 2001:db8::100/128\n",
                guest.inside(". /etc/" + file + "; echo $IPADDR $IPADDR_weir0 $IPADDR_weir1")
                        .output());
        removeAll();
        assertEquals(text, guest.read(file));
    }

    private static void requireNetworkd() {
        Requires.that(
                Files.isExecutable(Path.of("/lib/systemd/systemd-networkd")),
                "needs systemd-networkd (Debian: apt-get install systemd)");
    }

    /** networkd takes a moment after the start, as it does in any guest. */
    private void awaitBoth() throws Exception {
        final Program.Outcome waited = guest.inside("""
                for i in $(seq 300); do
                    ip -o address show dev eth0 | grep -q '2001:db8::100/128' && exit 0
                    sleep 0.1
                done
                cat /run/networkd.log
                exit 1
                """);
        assertEquals(0, waited.status(), waited::output);
        assertHasBoth();
    }

    /** A keyfile as GLib reads it, through libnetplan, which turns it into YAML. */
    private static String netplansReading(Path keyfile) {
        Requires.tool("netplan");
        return Program.run("python3", "-c", """
                import ctypes, sys
                netplan = ctypes.CDLL("libnetplan.so.0.0")
                for name in ("netplan_parser_new", "netplan_state_new"):
                    getattr(netplan, name).restype = ctypes.c_void_p
                parser = ctypes.c_void_p(netplan.netplan_parser_new())
                state = ctypes.c_void_p(netplan.netplan_state_new())
                none = ctypes.c_void_p(None)
                assert netplan.netplan_parser_load_keyfile(parser, sys.argv[1].encode(), none)
                assert netplan.netplan_state_import_parser_results(state, parser, none)
                assert netplan.netplan_state_dump_yaml(state, 1, none)
                """, keyfile.toString());
    }
}
