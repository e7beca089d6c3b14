package io.weir.appliance.cli;

/**
 * How {@code weir demo} runs.
 *
 * @param keep leaves everything running and says how to look at it
 */
public record DemoOptions(boolean keep) {}
