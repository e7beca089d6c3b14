package io.weir.appliance.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.config.HostConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One guest with the real guest agent, without anything that keeps addresses. */
@Timeout(240)
class HostAgentTest extends OneGuest {
    private HostConfig config(String services, String... more) {
        return config(services, Stream.concat(Stream.of("vnet0.configuration = none"), Stream.of(more)));
    }

    @Test
    void shouldGiveAddressesOnceAndTakeThemWithTheirService() throws Exception {
        guest.start(DEVICE);
        final HostConfig both = config(HostFile.SERVICES);
        try (HostAgent agent = HostAgent.start(both, heard)) {
            heard.await("vnet0 configured");
            final String first = guest.addresses();
            assertTrue(first.contains(V4), first);
            assertTrue(first.contains(V6) && first.contains("deprecated"), first);
            final GuestStatus status = agent.status().guests().getFirst();
            assertEquals("eth0", status.facts().device());
            assertEquals(both.guests().getFirst().wanted(), status.facts().present());
            assertEquals(StatusFile.read(both.status()), agent.status());
            assertFalse(status.facts().version().isEmpty());
        }
        assertTrue(guest.addresses().contains(V4), "its end takes nothing away");
        final String before = guest.addresses();
        try (HostAgent agent = HostAgent.start(both, heard)) {
            heard.await("vnet0 configured");
            assertEquals(before, guest.addresses());
            agent.reload(config(HostFile.SERVICES.replaceAll("service.six.*\n", "")));
            heard.await(() -> !guest.addresses().contains(V6)
                    && agent.status().guests().getFirst().ours().size() == 1);
            assertTrue(guest.addresses().contains(V4), guest.addresses());
        }
    }

    @Test
    void shouldTakeAddressesFromGuestThatLeftTheFileWhileNobodyRan() throws Exception {
        guest.start(DEVICE);
        final HostConfig both = config(HostFile.SERVICES);
        try (HostAgent _ = HostAgent.start(both, heard)) {
            heard.await("vnet0 configured");
        }
        final HostConfig other = new HostFile(directory).config("""
                service.web.address = 10.10.1.100:80
                service.web.forward = dr
                """);
        try (HostAgent agent = HostAgent.start(other, heard)) {
            heard.await("vnet0 gone");
            assertEquals(List.of(), agent.status().guests());
        }
        final String after = guest.addresses();
        assertFalse(after.contains("10.10.1.100") || after.contains("2001:db8::100"), after);
        assertTrue(after.contains("10.10.1.21/24") && after.contains("2001:db8::21/64"), after);
    }

    @Test
    void shouldNeverTakeAddressThatTheGuestHasItself() throws Exception {
        guest.start(DEVICE + "ip address add 10.10.1.100/32 dev lo\n");
        try (HostAgent agent = HostAgent.start(config(HostFile.SERVICES), heard)) {
            heard.await("vnet0 configured");
            assertFalse(guest.addresses().contains(V4), guest.addresses());
            assertEquals(1, agent.status().guests().getFirst().ours().size());
        }
        GuestVisits.remove(config(HostFile.SERVICES));
        assertFalse(guest.addresses().contains(V6), guest.addresses());
        assertTrue(guest.namespace()
                .run("ip", "-o", "address", "show", "dev", "lo")
                .contains("10.10.1.100/32"));
    }

    @Test
    void shouldGiveLostAddressBack() throws Exception {
        guest.start(DEVICE);
        try (HostAgent _ = HostAgent.start(config(HostFile.SERVICES), heard)) {
            heard.await("vnet0 configured");
            guest.stop();
            assertTrue(heard.await("vnet0 failed").contains(guest.socket().toString()));
            guest.start(DEVICE);
            heard.await("vnet0 configured");
            assertTrue(guest.addresses().contains(V4), guest.addresses());
        }
    }

    @Test
    void shouldLookWithoutChangingAnything() throws Exception {
        guest.start(DEVICE);
        final List<GuestStatus> seen = GuestVisits.look(config(HostFile.SERVICES));
        assertEquals(GuestState.PENDING, seen.getFirst().state());
        assertEquals("", seen.getFirst().error());
        assertEquals("eth0", seen.getFirst().facts().device());
        assertFalse(guest.addresses().contains("10.10.1.100"), guest.addresses());
        assertFalse(Files.exists(directory.resolve("host.json")));
        final GuestStatus wrong = GuestVisits.look(config(HostFile.SERVICES, "vnet0.interface = eth7"))
                .getFirst();
        assertEquals("the guest has no device eth7", wrong.error());
        final GuestStatus stranger = GuestVisits.look(config(
                        HostFile.SERVICES.replace("10.10.1.21", "10.10.1.22").replace("2001:db8::21", "2001:db8::22")))
                .getFirst();
        assertEquals("no device of the guest has 10.10.1.22, 2001:db8::22", stranger.error());
    }

    @Test
    void shouldSayWhichCommandIsNotAllowed() {
        guest.start(DEVICE, "-b", "guest-exec");
        try (HostAgent _ = HostAgent.start(config(HostFile.SERVICES), heard)) {
            final String line = heard.await("vnet0 failed");
            assertTrue(line.contains("does not allow guest-exec (its option --block-rpcs"), line);
        } catch (final IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldRefuseSecondOne() throws Exception {
        final HostConfig config = config(HostFile.SERVICES);
        try (HostAgent _ = HostAgent.start(config, heard)) {
            assertThrows(Exception.class, () -> HostAgent.start(config, heard));
        }
    }
}
