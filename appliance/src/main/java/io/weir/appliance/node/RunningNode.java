package io.weir.appliance.node;

import io.weir.appliance.cli.MachineException;
import io.weir.appliance.config.NodeConfig;
import io.weir.engine.counters.CountersReader;
import java.io.IOException;
import java.nio.file.NoSuchFileException;

/** Finds the counters of a node that runs in another process. */
final class RunningNode {
    private RunningNode() {}

    static CountersReader open(NodeConfig node) throws MachineException {
        try {
            CountersReader reader = CountersReader.open(node.countersFile());
            if (ProcessHandle.of(reader.pid()).isEmpty()) {
                long pid = reader.pid();
                reader.close();
                throw new MachineException("node %s is not running: process %d, which wrote %s, is gone"
                        .formatted(node.name(), pid, node.countersFile()));
            }
            return reader;
        } catch (NoSuchFileException e) {
            throw new MachineException(
                    "node %s is not running: there is no %s".formatted(node.name(), node.countersFile()));
        } catch (IOException e) {
            throw new MachineException(e.getMessage(), e);
        }
    }
}
