package io.weir.bindings.steering;

import io.weir.bindings.bpf.BpfProgram;

/** The places where the classifier runs. */
enum SteeringKind {
    XDP(BpfProgram.Type.XDP, "weir_xdp"),
    TCX(BpfProgram.Type.SCHED_CLS, "weir_tcx"),
    FILTER(BpfProgram.Type.SOCKET_FILTER, "weir_filter"),
    /** The frame begins behind its Ethernet header here. */
    FANOUT(BpfProgram.Type.SOCKET_FILTER, "weir_fanout");

    private final BpfProgram.Type type;
    private final String programName;

    SteeringKind(BpfProgram.Type type, String programName) {
        this.type = type;
        this.programName = programName;
    }

    BpfProgram.Type type() {
        return type;
    }

    String programName() {
        return programName;
    }
}
