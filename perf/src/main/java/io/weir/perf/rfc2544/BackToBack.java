package io.weir.perf.rfc2544;

import io.weir.perf.line.Line;
import io.weir.perf.line.Load;

/**
 * The longest burst, as fast as the generator can, of which nothing is lost (RFC 2544 §26.4): the mean of several
 * searches.
 *
 * @param frames mean length
 * @param shortest of the searches
 * @param longest of the searches
 * @param limited whether a search ended at the longest burst that was tried
 */
public record BackToBack(double frames, long shortest, long longest, boolean limited) {
    /**
     * Searches.
     *
     * @param line with the device under test
     * @param frameSize bytes with check sequence
     * @param most longest burst to try
     * @param limits how thoroughly
     */
    public static BackToBack search(Line line, int frameSize, long most, Limits limits) {
        long sum = 0;
        long shortest = Long.MAX_VALUE;
        long longest = 0;
        for (int i = 0; i < limits.bursts(); i++) {
            long found = longest(line, frameSize, most, limits);
            sum += found;
            shortest = Math.min(shortest, found);
            longest = Math.max(longest, found);
        }
        return new BackToBack((double) sum / limits.bursts(), shortest, longest, longest >= most);
    }

    private static long longest(Line line, int frameSize, long most, Limits limits) {
        if (isWhole(line, frameSize, most)) {
            return most;
        }
        long low = 0;
        long high = most;
        for (int step = 0; step < limits.steps() && high - low > Math.max(1, high * limits.resolution()); step++) {
            long frames = (low + high) >>> 1;
            if (isWhole(line, frameSize, frames)) {
                low = frames;
            } else {
                high = frames;
            }
        }
        return low;
    }

    private static boolean isWhole(Line line, int frameSize, long frames) {
        return line.send(Load.burst(frameSize, frames)).loss() == 0;
    }
}
