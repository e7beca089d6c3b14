package io.weir.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.weir.appliance.cli.MachineException;
import io.weir.appliance.config.ConfigLoader;
import io.weir.appliance.config.HostFacts;
import io.weir.appliance.config.NodeConfig;
import io.weir.engine.counters.Counter;
import io.weir.engine.counters.CountersFile;
import io.weir.engine.counters.CountersLayout;
import io.weir.engine.counters.CountersReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether the counters that a file holds are those of a node that runs. */
class RunningNodeTest {
    private static final int AT_PID = 24;
    private static final int AT_STARTED = 32;

    @TempDir
    private Path directory;

    private Path counters;
    private NodeConfig node;

    @BeforeEach
    void configure() throws Exception {
        counters = directory.resolve("counters");
        Path file = Files.writeString(
                directory.resolve("node.properties"),
                "node.name = n\nio.interface.front = eth0\ncounters.file = " + counters + "\n");
        HostFacts host = new HostFacts("lb1", List.of(0, 1), Optional.empty(), Map.of());
        node = new ConfigLoader(host).load(file).node();
    }

    private void poke(int at, long value) throws Exception {
        try (FileChannel channel = FileChannel.open(counters, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
            channel.write(bytes.putLong(value).flip(), at);
        }
    }

    private String refusal() {
        return assertThrows(MachineException.class, () -> RunningNode.open(node))
                .getMessage();
    }

    @Test
    void shouldOpenCountersOfLivingProcess() throws Exception {
        try (CountersFile file = CountersFile.create(counters, new CountersLayout(1, 1));
                CountersReader reader = RunningNode.open(node)) {
            assertEquals(ProcessHandle.current().pid(), reader.pid());
            assertEquals(file.counters(0).get(Counter.FLOWS), reader.get(0, Counter.FLOWS));
        }
    }

    @Test
    void shouldRefuseCountersOfProcessThatIsGone() throws Exception {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        try (CountersFile file = CountersFile.create(counters, new CountersLayout(1, 1))) {
            assertEquals(Files.size(counters), file.byteSize());
            poke(AT_PID, dead.pid());
            assertEquals(
                    "node n is not running: process %d, which wrote %s, is gone".formatted(dead.pid(), counters),
                    refusal());
        }
    }

    @Test
    void shouldRefuseCountersWhoseProcessNumberAnotherOneHas() throws Exception {
        try (CountersFile file = CountersFile.create(counters, new CountersLayout(1, 1))) {
            assertEquals(Files.size(counters), file.byteSize());
            poke(
                    AT_STARTED,
                    ProcessHandle.current().info().startInstant().orElseThrow().toEpochMilli() - 60_000);
            assertTrue(refusal().endsWith("is gone"), this::refusal);
        }
    }

    @Test
    void shouldSayWhatIsWrongWithFile() throws Exception {
        assertEquals("node n is not running: there is no " + counters, refusal());
        Files.writeString(counters, "x".repeat(1000));
        assertEquals(counters + " is no counters file of Weir", refusal());
    }
}
