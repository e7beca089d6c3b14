package io.weir.perf.report;

import io.weir.perf.result.Run;
import java.util.List;

/**
 * What the report says of one benchmark.
 *
 * @param benchmark its name on the command line
 * @param title heading
 * @param text what was done, for a reader who has not seen the program
 * @param command its words after {@code bench}, as the report runs it
 * @param quick the same for a look of a minute or so
 * @param sketches its plots
 */
record Chapter(
        String benchmark, String title, String text, List<String> command, List<String> quick, List<Sketch> sketches) {
    /** The plots that a run has data for. */
    List<Plot> plots(Run run) {
        return sketches.stream().flatMap(sketch -> sketch.of(run).stream()).toList();
    }
}
