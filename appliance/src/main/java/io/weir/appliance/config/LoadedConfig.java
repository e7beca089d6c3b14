package io.weir.appliance.config;

import java.util.List;

/**
 * What a properties file says.
 *
 * @param node the configuration, complete and free of contradictions
 * @param settings every key with its effective value, defaults included
 * @param warnings what the operator should know
 */
public record LoadedConfig(NodeConfig node, List<Setting> settings, List<Problem> warnings) {}
