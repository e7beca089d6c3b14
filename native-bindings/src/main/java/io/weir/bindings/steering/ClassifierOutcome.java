package io.weir.bindings.steering;

import static io.weir.bindings.bpf.BpfAssembler.Reg.R0;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R1;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R2;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R3;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R6;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R7;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R8;
import static io.weir.bindings.bpf.BpfAssembler.Reg.R9;

import io.weir.bindings.bpf.BpfAssembler;
import io.weir.bindings.bpf.BpfAssembler.Alu;
import io.weir.bindings.bpf.BpfAssembler.Reg;
import io.weir.bindings.bpf.BpfAssembler.Size;
import io.weir.bindings.bpf.BpfMap;

/**
 * How a program ends: the verdict in the words of the place where it runs.
 *
 * @param kind the place
 * @param natPorts divided among the workers
 * @param xskMap where XDP sends the engine's frames
 * @param seed key of the flow hash
 * @param workers how many
 */
record ClassifierOutcome(SteeringKind kind, NatPorts natPorts, BpfMap xskMap, long seed, int workers) {
    /** Whether the client's endpoint matters: address halves in R8 and R9, port in R7. */
    boolean needsClient() {
        return kind == SteeringKind.FANOUT;
    }

    void emitOurs(BpfAssembler a) {
        switch (kind) {
            case XDP ->
                a.loadMap(R1, xskMap)
                        .load(Size.W, R2, R6, SteeringAbi.XDP_MD_RX_QUEUE_INDEX)
                        .mov(R3, SteeringAbi.XDP_PASS)
                        .call(SteeringAbi.BPF_FUNC_redirect_map);
            case TCX -> a.mov(R0, SteeringAbi.TC_ACT_SHOT);
            case FILTER -> a.mov(R0, -1);
            case FANOUT -> emitOwner(a);
        }
        a.exit();
    }

    /** As {@link #emitOurs} for a frame to the NAT port in R7. */
    void emitOursByNatPort(BpfAssembler a) {
        if (needsClient()) {
            a.mov(R0, R7)
                    .alu(Alu.SUB, R0, natPorts.low())
                    .alu(Alu.MUL, R0, workers)
                    .alu(Alu.DIV, R0, natPorts.count())
                    .exit();
        } else {
            emitOurs(a);
        }
    }

    void emitPass(BpfAssembler a) {
        a.mov(
                        R0,
                        switch (kind) {
                            case XDP -> SteeringAbi.XDP_PASS;
                            case TCX -> SteeringAbi.TCX_NEXT;
                            case FILTER, FANOUT -> 0;
                        })
                .exit();
    }

    /** {@link FlowHash#hash} and {@link FlowHash#owner}. */
    private void emitOwner(BpfAssembler a) {
        a.loadLong(R1, seed).alu(Alu.XOR, R1, R8);
        emitMix(a, FlowHash.M1);
        a.alu(Alu.XOR, R1, R9);
        emitMix(a, FlowHash.M2);
        a.alu(Alu.XOR, R1, R7);
        emitMix(a, FlowHash.M2);
        a.mov(R0, R1).alu(Alu.RSH, R0, 32).alu(Alu.MUL, R0, workers).alu(Alu.RSH, R0, 32);
    }

    private static void emitMix(BpfAssembler a, long factor) {
        Reg h = R1;
        a.loadLong(R2, factor)
                .alu(Alu.MUL, h, R2)
                .mov(R2, h)
                .alu(Alu.RSH, R2, 32)
                .alu(Alu.XOR, h, R2);
    }
}
