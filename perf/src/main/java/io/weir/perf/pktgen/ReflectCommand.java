package io.weir.perf.pktgen;

import io.weir.perf.sink.SinkOptions.Answer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pktgen reflect}: answers what arrives. */
@Command(
        name = "reflect",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Receives test traffic, counts it and answers it without keeping any state:",
            "a datagram by itself, a SYN by a SYN-ACK, data by an ACK, a FIN by a FIN-ACK."
        })
final class ReflectCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private FarSide side;

    @Option(names = "--echo", description = "Answer TCP data by the same data, so that its latency can be measured.")
    private boolean echo;

    @Override
    public Integer call() throws Exception {
        return side.run(spec, echo ? Answer.ECHO : Answer.REFLECT);
    }
}
