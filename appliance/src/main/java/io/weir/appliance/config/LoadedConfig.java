package io.weir.appliance.config;

import java.util.List;
import java.util.Map;

/**
 * What a properties file says.
 *
 * @param node the configuration, complete and free of contradictions
 * @param texts what the file says, variables expanded: key and value, in its order
 * @param settings every key with its effective value, defaults included
 * @param warnings what the operator should know
 */
public record LoadedConfig(NodeConfig node, Map<String, String> texts, List<Setting> settings, List<Problem> warnings) {
    /** Does not show the texts, one of which is a secret. */
    @Override
    public String toString() {
        return "LoadedConfig[node=" + node + ", settings=" + settings + ", warnings=" + warnings + "]";
    }
}
