package io.weir.appliance;

import io.weir.appliance.cli.WeirCommand;
import io.weir.appliance.config.HostFacts;
import io.weir.appliance.node.LocalNode;
import io.weir.appliance.probe.LocalProbe;

/** The program's entry: composes the command line with what it operates on. */
public final class Weir {
    private Weir() {}

    /**
     * Runs a command and exits with its code.
     *
     * @param arguments the command line
     */
    public static void main(String[] arguments) {
        String first = arguments.length == 0 ? "" : arguments[0];
        System.exit(WeirCommand.commandLine(HostFacts.ofThisMachine(), new LocalProbe(), new LocalNode(), first)
                .execute(arguments));
    }
}
