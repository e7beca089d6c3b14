package io.weir.appliance.cli;

import io.weir.scheduler.IpAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "decap",
        description =
                "At a real server: unwrap IPIP, GRE and GUE in the kernel, without tunnel devices. Stays until --off.",
        mixinStandardHelpOptions = true,
        versionProvider = WeirVersion.class)
final class DecapCommand implements Callable<Integer> {
    private final NodeOperations node;

    @Option(names = "--interface", paramLabel = "DEV", required = true, description = "where the packets come in")
    private String device;

    @Option(
            names = "--address",
            paramLabel = "ADDR",
            description = "outer destination, may be repeated; by default every address of the device")
    private List<String> addresses = List.of();

    @Option(names = "--gue-port", paramLabel = "PORT", defaultValue = "6080", description = "UDP port of GUE (6080)")
    private int guePort;

    @Option(
            names = "--mode",
            defaultValue = "auto",
            description = "where the program runs: native (driver), generic (stack), auto: the driver if it can")
    private String mode;

    @Option(names = "--off", description = "detach it")
    private boolean off;

    @Spec
    private CommandSpec spec;

    DecapCommand(NodeOperations node) {
        this.node = node;
    }

    @Override
    public Integer call() throws Exception {
        if (guePort < 1 || guePort > 65_535) {
            throw new ParameterException(spec.commandLine(), "--gue-port: " + guePort + "; 1 to 65535 is right");
        }
        final List<IpAddress> outer = new ArrayList<>();
        for (final String address : addresses) {
            try {
                outer.add(IpAddress.parse(address));
            } catch (final IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), "--address: " + e.getMessage(), e);
            }
        }
        return node.decap(
                new DecapOptions(device, List.copyOf(outer), guePort, mode(), off),
                spec.commandLine().getOut());
    }

    private DecapOptions.Mode mode() {
        return switch (mode) {
            case "auto" -> DecapOptions.Mode.AUTO;
            case "native" -> DecapOptions.Mode.NATIVE;
            case "generic" -> DecapOptions.Mode.GENERIC;
            default ->
                throw new ParameterException(
                        spec.commandLine(), "--mode: " + mode + "; auto, native or generic is right");
        };
    }
}
