package io.weir.perf.rrdns;

/**
 * A user's visit.
 *
 * @param start seconds
 * @param domain whose resolver the user has
 * @param user the user's number, unlike any other's
 * @param requestTimes when each request is made, seconds, ascending
 */
record Session(double start, int domain, int user, double[] requestTimes) {}
