package io.weir.appliance.health;

/**
 * What one check found.
 *
 * @param success whether the server is as it should be
 * @param text what was found, in a few words
 * @param latencyNs from the check's start to its end
 * @param answered whether the server itself said anything; a UDP server may well say nothing and be healthy
 */
record Outcome(boolean success, String text, long latencyNs, boolean answered) {
    static Outcome success(String text, long latencyNs) {
        return new Outcome(true, text, latencyNs, true);
    }

    static Outcome failure(String text, long latencyNs) {
        return new Outcome(false, text, latencyNs, false);
    }
}
