package io.weir.appliance.cli;

import io.weir.appliance.config.NodeConfig;
import java.util.List;

/** Finds out what this machine offers for a configuration. Reads only; changes nothing. */
@FunctionalInterface
public interface MachineProbe {
    /**
     * Looks at the machine.
     *
     * @param node the configuration
     * @return what was found, in the order in which it should be shown
     */
    List<Finding> probe(NodeConfig node);

    /** How much a finding matters. */
    enum Level {
        /** As it should be. */
        OK,
        /** Not needed, but worth knowing. */
        HINT,
        /** It works, but not as well as it could, or not with everybody. */
        WARNING,
        /** The node would not start. */
        MISSING
    }

    /**
     * Something found.
     *
     * @param level how much it matters
     * @param subject a device, a key or a feature of the kernel
     * @param text what was found, and for a lack what would mend it
     */
    record Finding(Level level, String subject, String text) {}
}
