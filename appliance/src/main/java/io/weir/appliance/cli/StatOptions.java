package io.weir.appliance.cli;

/**
 * How {@code weir stat} shows counters.
 *
 * @param json as one JSON object
 * @param watch again and again, until interrupted
 */
public record StatOptions(boolean json, boolean watch) {}
