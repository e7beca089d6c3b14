package io.weir.appliance.node;

import io.weir.appliance.cli.MachineException;
import io.weir.appliance.config.NodeConfig;
import io.weir.engine.counters.CountersReader;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/** Finds the counters of a node that runs in another process. */
final class RunningNode {
    /** The kernel tells a process's start in ticks, and from another clock than the one that the file's is from. */
    private static final long START_SLACK_MS = 2_000;

    private RunningNode() {}

    static CountersReader open(NodeConfig node) throws MachineException {
        Path file = node.countersFile();
        try {
            CountersReader reader = CountersReader.open(file);
            if (!isAlive(reader)) {
                long pid = reader.pid();
                reader.close();
                throw new MachineException("node %s is not running: process %d, which wrote %s, is gone"
                        .formatted(node.name(), pid, file));
            }
            return reader;
        } catch (NoSuchFileException e) {
            throw new MachineException("node %s is not running: there is no %s".formatted(node.name(), file), e);
        } catch (AccessDeniedException e) {
            throw new MachineException("may not read %s: run as the user who runs the node".formatted(file), e);
        } catch (IOException e) {
            throw new MachineException(e.getMessage(), e);
        }
    }

    /** Whether the process that wrote the counters lives; not another one that has got its number since. */
    static boolean isAlive(CountersReader reader) {
        Optional<ProcessHandle> process = ProcessHandle.of(reader.pid());
        Optional<Instant> begun = process.flatMap(p -> p.info().startInstant());
        return process.isPresent()
                && begun.map(start -> start.toEpochMilli() <= reader.startedMs() + START_SLACK_MS)
                        .orElse(true);
    }
}
