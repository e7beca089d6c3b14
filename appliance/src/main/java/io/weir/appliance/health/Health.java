package io.weir.appliance.health;

import io.weir.appliance.config.HealthConfig;
import java.time.Instant;

/**
 * What is known of a server's health. Immutable; the I/O thread replaces it after each check.
 *
 * @param known whether a check has ended yet; until then it counts as down
 * @param up whether it takes new connections
 * @param since when that began
 * @param last what the last check found
 * @param latencyNs how long that took
 * @param streak checks in a row with the last one's result
 * @param succeeded whether that result is a success
 * @param answered whether the server has ever said anything
 * @param checks checks that have ended
 * @param failures those that failed
 * @param transitions how often it went up or down
 */
public record Health(
        boolean known,
        boolean up,
        Instant since,
        String last,
        long latencyNs,
        int streak,
        boolean succeeded,
        boolean answered,
        long checks,
        long failures,
        long transitions) {
    /** Nothing is known yet. */
    static Health unknown(Instant now) {
        return new Health(false, false, now, "not checked yet", 0, 0, false, false, 0, 0, 0);
    }

    /** The same, when the way of checking has changed: what it is stays until the new way says otherwise. */
    Health asked() {
        return new Health(known, up, since, last, latencyNs, 0, succeeded, false, checks, failures, transitions);
    }

    /**
     * After another check. The first one decides at once; later {@code rise} successes in a row make it up, {@code fall}
     * failures in a row make it down.
     */
    Health after(Outcome outcome, HealthConfig config, Instant now) {
        boolean success = outcome.success();
        int row = success == succeeded && streak > 0 ? streak + 1 : 1;
        boolean turns = success != up && (!known || row >= (success ? config.rise() : config.fall()));
        return new Health(
                true,
                up ^ turns,
                turns || !known ? now : since,
                outcome.text(),
                outcome.latencyNs(),
                Math.min(row, Integer.MAX_VALUE - 1),
                success,
                answered || outcome.answered(),
                checks + 1,
                failures + (success ? 0 : 1),
                transitions + (turns ? 1 : 0));
    }

    /** Whether going from another state to this one is worth telling: up, down, or known at last. */
    boolean isNewsAfter(Health before) {
        return known != before.known || up != before.up;
    }
}
