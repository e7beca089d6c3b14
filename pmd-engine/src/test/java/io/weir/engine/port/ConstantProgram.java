package io.weir.engine.port;

import io.weir.bindings.bpf.BpfAssembler;
import io.weir.bindings.bpf.BpfAssembler.Reg;
import io.weir.bindings.bpf.BpfProgram;

/** A socket filter that returns one number whatever it sees. */
final class ConstantProgram implements AutoCloseable {
    private final BpfProgram program;

    ConstantProgram(int result) {
        program = BpfProgram.load(
                BpfProgram.Type.SOCKET_FILTER,
                "constant",
                new BpfAssembler().mov(Reg.R0, result).exit().assemble());
    }

    int fd() {
        return program.fd();
    }

    @Override
    public void close() {
        program.close();
    }
}
