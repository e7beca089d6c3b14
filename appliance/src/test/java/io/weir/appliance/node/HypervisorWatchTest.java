package io.weir.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.appliance.config.Choices.HaMode;
import io.weir.appliance.config.ConfigLoader;
import io.weir.appliance.config.HostFacts;
import io.weir.appliance.config.NodeConfig;
import io.weir.appliance.hypervisor.Seat;
import io.weir.appliance.hypervisor.Wanted;
import io.weir.engine.forward.PortFacts;
import io.weir.engine.packet.Transport;
import io.weir.engine.service.Forwarding;
import io.weir.engine.service.ReconstructionPolicy;
import io.weir.engine.service.ServerSpec;
import io.weir.engine.service.ServiceRegistry.Slot;
import io.weir.engine.service.ServiceSpec;
import io.weir.ha.HaCounter;
import io.weir.ha.HaState;
import io.weir.ha.HaStatus;
import io.weir.scheduler.IpAddress;
import io.weir.scheduler.SchedulerKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HypervisorWatchTest {
    private static final String GUEST = """
            hypervisor.h1.datapath = 1
            hypervisor.h1.address = 172.24.1.20
            service.web.address = 10.10.1.100:80
            service.web.forward = dr
            service.web.server.a = 10.10.1.21:8080 host=h1 port=vnet0
            """;

    private final List<Wanted> told = new ArrayList<>();
    private HaState state = HaState.INITIALIZE;
    private long terms;
    private long heard;
    private long now = 1_000;
    private long table;
    private int retold;
    private List<Slot> slots = List.of();

    @TempDir
    private Path directory;

    private NodeConfig config;

    @BeforeEach
    void load() throws Exception {
        config = config("service.web.address = 10.10.1.100:80");
    }

    private NodeConfig config(String line) throws Exception {
        Path file = Files.writeString(directory.resolve("n.properties"), "io.interface.front = eth0\n" + line);
        return new ConfigLoader(new HostFacts("lb", List.of(0, 1), Optional.empty(), Map.of()))
                .load(file)
                .node();
    }

    private static PortFacts mac(long mac) {
        return new PortFacts(new long[] {mac}, new int[] {1500}, new int[1], new long[1], new long[1]);
    }

    private HypervisorWatch watch(HaMode mode) {
        return new HypervisorWatch(mode, this::status, () -> now, told::add, () -> slots, () -> retold++);
    }

    private HaStatus status() {
        return new HaStatus(
                "vrrp",
                state,
                Instant.EPOCH,
                "",
                100,
                100,
                Optional.empty(),
                false,
                List.of(),
                terms,
                List.of(),
                Map.of(HaCounter.HEARD, heard));
    }

    @Test
    void shouldTellOnlyOfChanges() throws Exception {
        HypervisorWatch watch = watch(HaMode.VRRP);
        watch.look(config, mac(7), ++table);
        watch.look(config, mac(7), ++table);
        assertEquals(1, told.size());
        assertEquals(Wanted.Part.SLAVE, told.getLast().part());
        watch.look(config, mac(8), ++table);
        assertEquals(8, told.getLast().balancer().bits());
        watch.look(config("service.web.address = 10.10.1.101:80"), mac(8), ++table);
        assertEquals(3, told.size());
        assertEquals(1_000, told.getLast().generation());
    }

    @Test
    void shouldFollowNodesPartWithNewGeneration() {
        HypervisorWatch watch = watch(HaMode.VRRP);
        watch.look(config, mac(7), ++table);
        state = HaState.MASTER;
        now = 2_000;
        watch.look(config, mac(7), ++table);
        assertEquals(Wanted.Part.MASTER, told.getLast().part());
        assertEquals(2_000, told.getLast().generation());
        state = HaState.BACKUP;
        watch.look(config, mac(7), ++table);
        assertEquals(Wanted.Part.SLAVE, told.getLast().part());
    }

    @Test
    void shouldClaimSwitchesAgainWhenItWasBackupBetweenTwoLooks() {
        HypervisorWatch watch = watch(HaMode.VRRP);
        state = HaState.MASTER;
        terms = 1;
        watch.look(config, mac(7), ++table);
        watch.look(config, mac(7), ++table);
        assertEquals(1, told.size());
        terms = 2;
        watch.look(config, mac(7), ++table);
        assertEquals(Wanted.Part.MASTER, told.getLast().part());
        assertEquals(1_001, told.getLast().generation(), "greater, though no time has passed");
        assertEquals(2, told.size());
    }

    @Test
    void shouldClaimSwitchesAgainWhenAnotherMasterWasHeard() {
        HypervisorWatch watch = watch(HaMode.VRRP);
        heard = 5;
        watch.look(config, mac(7), ++table);
        heard = 6; // a backup hears its master
        watch.look(config, mac(7), ++table);
        assertEquals(1, told.size());
        state = HaState.MASTER;
        watch.look(config, mac(7), ++table);
        assertEquals(2, told.size());
        heard = 7;
        watch.look(config, mac(7), ++table);
        assertEquals(2, told.size(), "not at once again");
        now += 1_000;
        watch.look(config, mac(7), ++table);
        watch.look(config, mac(7), ++table);
        assertEquals(3, told.size());
        assertEquals(now, told.getLast().generation());
    }

    @Test
    void shouldShareSwitchesWhereManyNodesAreActive() {
        watch(HaMode.BGP).look(config, mac(7), ++table);
        assertEquals(Wanted.Part.EQUAL, told.getLast().part());
    }

    @Test
    void shouldKeepSeatOfServerThatHasLeftWhileItHasFlows() throws Exception {
        NodeConfig with = config(GUEST);
        NodeConfig without =
                config(GUEST.lines().filter(line -> !line.contains(".server.")).reduce("", (a, b) -> a + b + "\n"));
        HypervisorWatch watch = watch(HaMode.NONE);
        slots = List.of(slot(0));
        watch.look(with, mac(7), 1);
        Seat seat = new Seat(IpAddress.parse("172.24.1.20"), "vnet0", true, IpAddress.parse("10.10.1.100"), 8080);
        assertEquals(Map.of(3, seat), told.getLast().seats());
        assertEquals(1, retold);
        slots = List.of(slot(2));
        watch.look(without, mac(7), 2);
        assertEquals(Map.of(3, seat), told.getLast().seats());
        assertEquals(1, told.getLast().services().getLast().servers().size());
        slots = List.of();
        watch.look(without, mac(7), 3);
        assertEquals(Map.of(), told.getLast().seats());
        assertEquals(without.services(), told.getLast().services());
    }

    private static Slot slot(long retiredAt) {
        ServerSpec server = ServerSpec.of("a", IpAddress.parse("10.10.1.21"), 8080, 1);
        ServiceSpec service = new ServiceSpec(
                "web",
                IpAddress.parse("10.10.1.100"),
                80,
                Transport.TCP,
                SchedulerKind.RR,
                Set.of(),
                65537,
                List.of(server),
                ReconstructionPolicy.OFF,
                Forwarding.DR);
        return new Slot(3, service, server, retiredAt);
    }
}
