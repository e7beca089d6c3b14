package io.weir.appliance.config;

import io.weir.appliance.config.Choices.Idle;
import java.util.List;
import java.util.OptionalInt;

/**
 * Which thread runs where: {@code workers.…}, {@code ha.core}, {@code control.cores}.
 *
 * @param cores one pinned worker a core, ascending
 * @param idle what a worker does when there is nothing to do
 * @param haCore the HA thread's core; empty for unpinned
 * @param controlCores the other threads' cores; empty for unpinned
 */
public record WorkerConfig(List<Integer> cores, Idle idle, OptionalInt haCore, List<Integer> controlCores) {}
