package io.weir.appliance.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "train",
        description = {
            "Record a node's start in network namespaces of its own, so that later ones take less time.",
            "The launcher does it after a build, as root; do it by hand after a build by somebody else, or with",
            "another JDK. A recording is used with the jars and the JDK that it was made with. Needs root."
        },
        mixinStandardHelpOptions = true,
        versionProvider = WeirVersion.class)
final class TrainCommand implements Callable<Integer> {
    private final NodeOperations node;

    @Spec
    private CommandSpec spec;

    TrainCommand(NodeOperations node) {
        this.node = node;
    }

    @Override
    public Integer call() throws Exception {
        return node.train(spec.commandLine().getOut());
    }
}
