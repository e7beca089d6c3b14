package io.weir.perf.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What wrk measured.
 *
 * @param seconds that it ran
 * @param requests answered
 * @param bytes received
 * @param errors connections that failed, reads, writes, time-outs, and answers with an error status
 * @param percentiles of the latency
 */
public record WrkResult(double seconds, long requests, long bytes, long errors, List<Percentile> percentiles) {
    /** A latency in microseconds that a percentage of the requests did not exceed. */
    public record Percentile(double percent, double micros) {}

    private static final List<Double> WANTED =
            List.of(1.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.5, 99.9, 99.99);
    private static final String PREFIX = "weir ";

    /** Copies the percentiles. */
    public WrkResult {
        percentiles = List.copyOf(percentiles);
    }

    /**
     * A script that makes wrk print what {@link #parse} reads.
     *
     * @param close whether each request asks for its connection to be closed
     */
    static String script(boolean close) {
        StringBuilder text = new StringBuilder(close ? "wrk.headers[\"Connection\"] = \"close\"\n" : "");
        text.append("""
                done = function(summary, latency, requests)
                  local e = summary.errors
                  local function say(name, value) io.write(string.format("weir %s %.3f\\n", name, value)) end
                  say("duration", summary.duration)
                  say("requests", summary.requests)
                  say("bytes", summary.bytes)
                  say("errors", e.connect + e.read + e.write + e.status + e.timeout)
                """);
        for (double percent : WANTED) {
            text.append(String.format(Locale.ROOT, "  say(\"p%s\", latency:percentile(%s))%n", percent, percent));
        }
        return text.append("end\n").toString();
    }

    /**
     * Reads what wrk printed with {@link #script}.
     *
     * @throws IllegalArgumentException when it did not finish: with everything it printed
     */
    static WrkResult parse(String output) {
        Map<String, Double> values = new HashMap<>();
        List<Percentile> percentiles = new ArrayList<>();
        for (String line : output.lines().toList()) {
            String[] words = line.strip().split(" ");
            if (line.startsWith(PREFIX) && words.length == 3) {
                double value = Double.parseDouble(words[2]);
                if (words[1].startsWith("p")) {
                    percentiles.add(new Percentile(Double.parseDouble(words[1].substring(1)), value));
                } else {
                    values.put(words[1], value);
                }
            }
        }
        if (!values.keySet().containsAll(List.of("duration", "requests", "bytes", "errors"))) {
            throw new IllegalArgumentException("wrk did not finish; it said:\n" + output);
        }
        return new WrkResult(
                values.get("duration") / 1e6,
                values.get("requests").longValue(),
                values.get("bytes").longValue(),
                values.get("errors").longValue(),
                percentiles);
    }

    /** Requests a second. */
    public double rate() {
        return seconds <= 0 ? 0 : requests / seconds;
    }

    /** A latency in microseconds; NaN when it was not asked for. */
    public double micros(double percent) {
        return percentiles.stream()
                .filter(each -> each.percent() == percent)
                .mapToDouble(Percentile::micros)
                .findFirst()
                .orElse(Double.NaN);
    }
}
