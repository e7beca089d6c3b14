package io.weir.perf.pktgen;

import io.weir.appliance.cli.ExitCode;
import io.weir.perf.sink.SinkOptions.Answer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code pktgen sink}: counts what arrives. */
@Command(
        name = "sink",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Receives test traffic and counts it. TCP and UDP on the device are not the kernel's meanwhile.")
final class SinkCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private FarSide side;

    @Override
    public Integer call() throws Exception {
        return side.run(spec, Answer.NONE);
    }

    /** The exit status of a run that saw nothing. */
    static int statusOf(long frames) {
        return frames > 0 ? ExitCode.OK : ExitCode.FAILED;
    }
}
