package io.weir.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.Requires;
import io.weir.appliance.bed.Namespace;
import io.weir.appliance.cli.ExitCode;
import io.weir.appliance.guest.GuestMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code weir host} as an operator has it: a file, a process, signals, exit codes. */
@Timeout(240)
class HostRunTest {
    private static final String INTERFACES = """
            auto eth0
            iface eth0 inet static
                address 10.10.1.21/24
            source /etc/network/interfaces.d/*
            """;
    private static final String BOTH = """
            hypervisor.h1.datapath = 1
            hypervisor.h1.address = 172.24.1.20
            service.web.address = 10.10.1.100:80
            service.web.forward = dr
            service.web.server.a = 10.10.1.21:8080 host=h1 port=vnet0
            service.alt.address = 10.10.1.101:80
            service.alt.forward = dr
            service.alt.server.a = 10.10.1.21:8081 host=h1 port=vnet0
            host.name = h1
            host.timeout = 20s
            """;

    @TempDir
    private Path directory;

    private Path file;

    private void write(String services, GuestMachine guest) throws IOException {
        file = Files.writeString(
                directory.resolve("host.properties"),
                services
                        + "host.status = %s/h/host.json\nhost.guest.vnet0.agent = %s\n"
                                .formatted(directory, guest.socket()));
    }

    private void assertExit(int code, String said, Namespace host, String... words) {
        final String[] arguments = new String[words.length + 2];
        arguments[0] = "host";
        System.arraycopy(words, 0, arguments, 1, words.length);
        arguments[arguments.length - 1] = file.toString();
        try (WeirProcess weir = WeirProcess.run(host, arguments)) {
            assertEquals(code, weir.exitCode(), weir::log);
            assertTrue(weir.log().contains(said), weir::log);
        }
    }

    @Test
    void shouldServeGuestFromFileToRemoval() throws Exception {
        Requires.tool("ifup");
        try (GuestMachine guest = GuestMachine.create();
                Namespace host = Namespace.create(799, "host")) {
            guest.write("network/interfaces", INTERFACES);
            guest.start("mkdir -p /run/network\nifup -a");
            write(BOTH, guest);
            assertExit(ExitCode.MACHINE, "weir host has never run here", host, "status");
            assertExit(
                    ExitCode.OK,
                    "device eth0, has none, lacks 10.10.1.100 10.10.1.101, kept by ifupdown in"
                            + " /etc/network/interfaces.d/weir; Debian",
                    host,
                    "check");
            assertFalse(guest.addresses().contains("10.10.1.10"), guest.addresses());
            try (WeirProcess weir =
                    WeirProcess.start(host, "host", "run", file.toString()).awaitReady()) {
                weir.awaitError("guest vnet0: configured: device eth0, has 10.10.1.100 10.10.1.101, kept by ifupdown");
                assertExit(ExitCode.OK, "\"state\" : \"configured\"", host, "status", "--json");
                assertExit(ExitCode.FAILED, "another weir host is running", host, "remove");
                Files.writeString(file, "host.nmae = h1\n");
                weir.signal("HUP");
                weir.awaitError("the nearest is host.name");
                weir.awaitError("nothing was reloaded");
                write(BOTH.replaceAll("service.alt.*\n", ""), guest);
                weir.signal("HUP");
                weir.awaitError("guest vnet0: configured: device eth0, has 10.10.1.100, kept by ifupdown");
                assertFalse(guest.addresses().contains("10.10.1.101"), guest.addresses());
                assertFalse(guest.read("network/interfaces.d/weir").contains("10.10.1.101"));
                assertEquals(ExitCode.OK, weir.terminate(), weir::log);
            }
            assertTrue(guest.addresses().contains("10.10.1.100/32"), guest.addresses());
            assertExit(ExitCode.FAILED, "weir host is not running", host, "status");
            assertExit(ExitCode.OK, "vnet0", host, "remove");
            assertFalse(guest.addresses().contains("10.10.1.10"), guest.addresses());
            assertEquals(INTERFACES, guest.read("network/interfaces"));
        }
    }
}
