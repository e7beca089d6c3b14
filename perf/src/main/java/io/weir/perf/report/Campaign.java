package io.weir.perf.report;

import io.weir.perf.OwnJava;
import io.weir.perf.Perf;
import io.weir.perf.result.JsonLines;
import io.weir.perf.result.Progress;
import io.weir.perf.result.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Runs the benchmarks of the report, each in a JVM of its own so that none warms up or spoils another's code. */
public final class Campaign {
    private Campaign() {}

    /** Names of all that can be run. */
    public static List<String> names() {
        return Chapters.all().stream().map(Chapter::benchmark).toList();
    }

    /**
     * Runs.
     *
     * @param only which ones, in the report's order; empty for all
     * @param quick for a first look instead of good numbers
     * @param progress says what is going on
     * @return what came out; benchmarks that failed are missing, and progress says so
     */
    public static List<Run> run(List<String> only, boolean quick, Progress progress) throws IOException {
        for (String name : only) {
            if (!names().contains(name)) {
                throw new IllegalArgumentException("--only %s: one of %s would be right".formatted(name, names()));
            }
        }
        Path file = Files.createTempFile("weir-bench-", ".jsonl");
        try {
            List<Run> runs = new ArrayList<>();
            for (Chapter chapter : Chapters.all()) {
                if (only.isEmpty() || only.contains(chapter.benchmark())) {
                    Files.writeString(file, "");
                    List<String> words = new ArrayList<>(List.of("bench"));
                    words.addAll(quick ? chapter.quick() : chapter.command());
                    String typed = "./weir " + words.stream().collect(Collectors.joining(" "));
                    progress.step("%s", typed);
                    words.addAll(List.of("--out", file.toString()));
                    int status = execute(words);
                    if (status != 0) {
                        progress.step("%s ended with exit status %d", typed, status);
                    }
                    JsonLines.read(file).forEach(run -> runs.add(run.typed(typed)));
                }
            }
            return runs;
        } finally {
            Files.delete(file);
        }
    }

    private static int execute(List<String> words) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(OwnJava.benchmark(Perf.class, words.toArray(String[]::new)));
        // its tables would drown the progress; they come with the report
        builder.redirectError(ProcessBuilder.Redirect.INHERIT).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        Process process = builder.start();
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
