package io.weir.perf;

import io.weir.appliance.cli.ExitCode;
import io.weir.perf.report.Campaign;
import io.weir.perf.report.Page;
import io.weir.perf.result.JsonLines;
import io.weir.perf.result.Progress;
import io.weir.perf.result.Run;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench report}: everything, as a page. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = {
            "Runs all benchmarks, or takes results of earlier runs, and writes a page with plots and tables.",
            "The project's own page: ./weir bench report --markdown docs/performance.md"
        })
final class ReportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--from",
            arity = "1..*",
            paramLabel = "FILE",
            description = "What --out of earlier runs wrote; nothing is run then.")
    private List<Path> from = List.of();

    @Option(names = "--only", split = ",", paramLabel = "NAME", description = "Run these benchmarks alone.")
    private List<String> only = List.of();

    @Option(names = "--quick", description = "Short runs: a look, not numbers to rely on.")
    private boolean quick;

    @Option(
            names = "--html",
            paramLabel = "FILE",
            defaultValue = "weir-performance.html",
            description = "The page; default: ${DEFAULT-VALUE}.")
    private Path html;

    @Option(names = "--markdown", paramLabel = "FILE", description = "The tables in Markdown as well.")
    private Path markdown;

    @Option(names = "--out", paramLabel = "FILE", description = "The results as JSON lines as well.")
    private Path results;

    @Override
    public Integer call() throws IOException {
        List<Run> runs = new ArrayList<>();
        try {
            if (from.isEmpty()) {
                runs.addAll(Campaign.run(only, quick, new Progress(System.err)));
            } else {
                for (Path file : from) {
                    runs.addAll(JsonLines.read(file));
                }
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
        if (runs.isEmpty()) {
            spec.commandLine().getErr().println("weir bench report: no results");
            return ExitCode.FAILED;
        }
        write(html, Page.html(runs));
        if (markdown != null) {
            write(markdown, Page.markdown(runs));
        }
        if (results != null) {
            StringBuilder lines = new StringBuilder();
            for (Run run : runs) {
                lines.append(JsonLines.head(run)).append('\n');
                run.rows()
                        .forEach(row -> lines.append(JsonLines.line(run.benchmark(), row))
                                .append('\n'));
            }
            write(results, lines.toString());
        }
        return ExitCode.OK;
    }

    private void write(Path file, String text) throws IOException {
        Files.writeString(file, text);
        PrintWriter out = spec.commandLine().getOut();
        out.println("wrote " + file);
        out.flush();
    }
}
