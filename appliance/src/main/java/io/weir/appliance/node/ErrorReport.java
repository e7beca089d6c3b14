package io.weir.appliance.node;

import io.weir.appliance.cli.ExitCode;
import io.weir.appliance.cli.MachineException;
import io.weir.appliance.config.NodeConfig;
import io.weir.engine.counters.CountersReader;
import java.io.PrintWriter;
import java.time.Instant;
import org.agrona.concurrent.errors.ErrorLogReader;

/** The distinct errors of a running node: each once, with how often and when it was seen. */
final class ErrorReport {
    private ErrorReport() {}

    static int print(NodeConfig node, PrintWriter out) throws MachineException {
        try (CountersReader reader = RunningNode.open(node)) {
            int distinct = ErrorLogReader.read(
                    reader.errors(),
                    (count, first, last, text) -> out.printf(
                            "%d times, first %s, last %s%n%s%n",
                            count, Instant.ofEpochMilli(first), Instant.ofEpochMilli(last), text));
            out.printf("%d distinct errors%n", distinct);
            out.flush();
        }
        return ExitCode.OK;
    }
}
