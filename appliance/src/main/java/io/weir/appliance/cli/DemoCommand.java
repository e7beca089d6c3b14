package io.weir.appliance.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        header = "Show the whole thing on this machine; clean up afterwards.",
        description = {
            "Network namespaces, HTTP servers, the appliance between them, traffic, and a table of who served what.",
            "Needs root."
        },
        mixinStandardHelpOptions = true,
        versionProvider = WeirVersion.class)
final class DemoCommand implements Callable<Integer> {
    private final NodeOperations node;

    @Option(names = "--keep", description = "leave it running, and say how to look at it")
    private boolean keep;

    @Spec
    private CommandSpec spec;

    DemoCommand(NodeOperations node) {
        this.node = node;
    }

    @Override
    public Integer call() throws Exception {
        return node.demo(new DemoOptions(keep), spec.commandLine().getOut());
    }
}
