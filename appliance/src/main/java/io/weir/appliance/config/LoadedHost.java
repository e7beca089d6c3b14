package io.weir.appliance.config;

import java.util.List;

/**
 * What a properties file says of one hypervisor.
 *
 * @param host the configuration, complete and free of contradictions
 * @param settings the keys {@code host.…} with their effective values, defaults included
 * @param warnings what the operator should know
 */
public record LoadedHost(HostConfig host, List<Setting> settings, List<Problem> warnings) {}
