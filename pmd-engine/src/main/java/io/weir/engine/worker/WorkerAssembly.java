package io.weir.engine.worker;

import io.weir.engine.counters.LongCycles;
import io.weir.engine.counters.ServerStats;
import io.weir.engine.counters.WorkerCounters;
import io.weir.engine.flow.FlowHasher;
import io.weir.engine.flow.FlowTable;
import io.weir.engine.flow.FragmentTable;
import io.weir.engine.forward.AddressResponder;
import io.weir.engine.forward.Egress;
import io.weir.engine.forward.ForwardSettings;
import io.weir.engine.forward.IcmpErrors;
import io.weir.engine.forward.IcmpTranslator;
import io.weir.engine.forward.NatForwarder;
import io.weir.engine.forward.Rejecter;
import io.weir.engine.forward.TokenBucket;
import io.weir.engine.forward.TranslatedForwarder;
import io.weir.engine.forward.TunnelForwarder;
import io.weir.engine.port.FramePool;
import io.weir.engine.port.KernelPort;
import io.weir.engine.port.PacketPort;
import org.HdrHistogram.SingleWriterRecorder;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Puts one worker together from what the node gives it: the one place that knows all parts of a worker.
 *
 * @param worker its number
 * @param workers how many there are
 * @param settings how frames are forwarded
 * @param hasher the node's flow hash
 * @param flows the worker's table
 * @param stats per-server statistics of the node
 * @param counters the worker's counters
 * @param pool the worker's frames
 * @param sendPorts by {@link PacketPort#index}: the port to send on
 * @param receivePorts the ports to receive from
 * @param kernel the way back to the kernel
 * @param publication where snapshots appear
 * @param mastership whether the node forwards
 * @param handOff rings between the workers
 * @param burstSize frames at most in a burst
 * @param cycleTimes records the length of busy cycles, up to {@link Worker#LONGEST_CYCLE_NS}
 * @param longCycles remembers when cycles were long
 * @param unknown makes the worker's handler of unknown flows
 * @param news tells who listens of flows whose answers do not pass here
 */
public record WorkerAssembly(
        int worker,
        int workers,
        ForwardSettings settings,
        FlowHasher hasher,
        FlowTable flows,
        ServerStats stats,
        WorkerCounters counters,
        FramePool pool,
        PacketPort[] sendPorts,
        PacketPort[] receivePorts,
        KernelPort kernel,
        Publication publication,
        Mastership mastership,
        HandOff handOff,
        int burstSize,
        SingleWriterRecorder cycleTimes,
        LongCycles longCycles,
        UnknownFlows unknown,
        FlowNews news) {
    private static final int FRAGMENTED_DATAGRAMS = 1024;

    /** Builds the worker. */
    public Worker build() {
        return build(SystemNanoClock.INSTANCE);
    }

    /** Builds a worker that takes its time from elsewhere. */
    public Worker build(NanoClock clock) {
        Egress egress = new Egress(sendPorts, pool, counters);
        WorkerContext context =
                new WorkerContext(worker, workers, settings, hasher, flows, stats, counters, egress, news);
        TokenBucket rate = new TokenBucket(settings.icmpPerSecond());
        IcmpErrors errors = new IcmpErrors(egress, counters, rate);
        Rejecter rejecter = new Rejecter(egress, counters, errors, rate, settings);
        ToKernel toKernel = new ToKernel(context, kernel);
        Flows life = new Flows(context);
        NatForwarder nat = new NatForwarder(egress, stats, worker, counters, settings);
        TunnelForwarder tunnels = new TunnelForwarder(nat, egress, counters);
        LocalPath local = new LocalPath(
                context,
                life,
                new AddressResponder(egress),
                errors,
                new IcmpTranslator(egress, tunnels),
                rejecter,
                toKernel,
                new FragmentTable(FRAGMENTED_DATAGRAMS));
        TranslatedForwarder translated = new TranslatedForwarder(nat, egress, settings);
        FlowForwarder forwarder = new FlowForwarder(context, life, nat, translated, tunnels, local);
        UnknownFlowHandler handler = unknown.handler(new WorkerParts(context, life, forwarder, rejecter, toKernel));
        MissPath misses = new MissPath(context, life, forwarder, rejecter, handler);
        Pipeline pipeline = new Pipeline(
                context, new PipelineParts(life, nat, translated, local, forwarder, misses), handOff, burstSize);
        return new Worker(
                context,
                pipeline,
                life,
                handler,
                publication,
                mastership,
                handOff,
                receivePorts,
                burstSize,
                cycleTimes,
                longCycles,
                clock);
    }
}
