package io.weir.perf;

import io.weir.appliance.cli.ExitCode;
import io.weir.appliance.cli.MachineException;
import io.weir.perf.result.Machine;
import io.weir.perf.result.Progress;
import io.weir.perf.result.Recorder;
import io.weir.perf.result.Run;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every benchmark's command has: a run that is recorded, as a table or as JSON. */
abstract class Measurement implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "One flat JSON object a row instead of tables, for scripts.")
    private boolean json;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Also append everything to this file, as JSON lines for bench report --from.")
    private Path file;

    @Override
    public final Integer call() throws Exception {
        Run head = new Run(
                spec.name(),
                command(spec.commandLine()),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                Machine.current(),
                List.of(),
                List.of());
        Recorder recorder = new Recorder(head, spec.commandLine().getOut(), json, file);
        try {
            measure(recorder, new Progress(System.err));
        } catch (MachineException e) {
            spec.commandLine().getErr().println("weir bench " + spec.name() + ": " + e.getMessage());
            return ExitCode.MACHINE;
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        recorder.finish();
        return recorder.hasFailures() ? ExitCode.FAILED : ExitCode.OK;
    }

    /** What was typed. */
    static String command(CommandLine line) {
        CommandLine root = line;
        while (root.getParent() != null) {
            root = root.getParent();
        }
        return "./weir " + String.join(" ", root.getParseResult().originalArgs());
    }

    /**
     * Measures.
     *
     * @param recorder takes the notes and the rows
     * @param progress for people who wait
     * @throws MachineException when the machine lacks something that everything needs
     * @throws IllegalArgumentException when the options make no sense
     */
    abstract void measure(Recorder recorder, Progress progress) throws Exception;
}
