package io.weir.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.weir.appliance.config.Choices.HaMode;
import io.weir.appliance.config.ConfigLoader;
import io.weir.appliance.config.HostFacts;
import io.weir.appliance.config.NodeConfig;
import io.weir.appliance.hypervisor.Wanted;
import io.weir.engine.forward.PortFacts;
import io.weir.ha.HaState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HypervisorWatchTest {
    private final List<Wanted> told = new ArrayList<>();
    private HaState state = HaState.INITIALIZE;
    private long now = 1_000;

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
        return new HypervisorWatch(mode, () -> state, () -> now, told::add);
    }

    @Test
    void shouldTellOnlyOfChanges() throws Exception {
        HypervisorWatch watch = watch(HaMode.VRRP);
        watch.look(config, mac(7));
        watch.look(config, mac(7));
        assertEquals(1, told.size());
        assertEquals(Wanted.Part.SLAVE, told.getLast().part());
        watch.look(config, mac(8));
        assertEquals(8, told.getLast().balancer().bits());
        watch.look(config("service.web.address = 10.10.1.101:80"), mac(8));
        assertEquals(3, told.size());
        assertEquals(1_000, told.getLast().generation());
    }

    @Test
    void shouldFollowNodesPartWithNewGeneration() {
        HypervisorWatch watch = watch(HaMode.VRRP);
        watch.look(config, mac(7));
        state = HaState.MASTER;
        now = 2_000;
        watch.look(config, mac(7));
        assertEquals(Wanted.Part.MASTER, told.getLast().part());
        assertEquals(2_000, told.getLast().generation());
        state = HaState.BACKUP;
        watch.look(config, mac(7));
        assertEquals(Wanted.Part.SLAVE, told.getLast().part());
    }

    @Test
    void shouldShareSwitchesWhereManyNodesAreActive() {
        watch(HaMode.BGP).look(config, mac(7));
        assertEquals(Wanted.Part.EQUAL, told.getLast().part());
    }
}
