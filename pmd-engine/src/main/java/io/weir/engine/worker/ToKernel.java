package io.weir.engine.worker;

import io.weir.engine.counters.Counter;
import io.weir.engine.packet.Burst;
import io.weir.engine.packet.Checksum;
import io.weir.engine.packet.Transport;
import io.weir.engine.port.FrameBatch;
import io.weir.engine.port.KernelPort;

/** Gives frames that are not the engine's back to the kernel, counted. One a worker. */
public final class ToKernel {
    private final WorkerContext context;
    private final KernelPort port;

    /**
     * @param context the worker's
     * @param port the node's way back
     */
    public ToKernel(WorkerContext context, KernelPort port) {
        this.context = context;
        this.port = port;
    }

    /** Consumes frame {@code i}. */
    public void give(FrameBatch batch, Burst burst, int i) {
        long frame = batch.address[i];
        if (port == KernelPort.NONE) {
            context.egress.drop(frame, Counter.DROP_NOT_OURS);
            return;
        }
        if ((batch.flags[i] & FrameBatch.CHECKSUM_PARTIAL) != 0 && burst.kind(i) == Burst.KIND_PORTS) {
            int protocol = burst.protocol(i);
            Checksum.writeTransport(
                    frame + burst.l3(i),
                    frame + burst.l4(i),
                    protocol,
                    Transport.checksumOffset(protocol),
                    burst.end(i) - burst.l4(i));
        }
        boolean taken = port.offer(frame, batch.length[i]);
        context.egress.drop(frame, taken ? Counter.EXCEPTION_KERNEL : Counter.DROP_EXCEPTION_FULL);
    }
}
