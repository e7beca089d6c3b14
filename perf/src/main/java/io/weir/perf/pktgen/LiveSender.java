package io.weir.perf.pktgen;

import io.weir.bindings.bpf.BpfMap;
import io.weir.bindings.bpf.BpfProgram;
import io.weir.perf.traffic.FlowHeaders;
import io.weir.perf.traffic.FlowSpace;
import io.weir.perf.traffic.FrameTemplate;
import io.weir.perf.traffic.Pacer;
import io.weir.perf.traffic.Protocol;
import io.weir.perf.traffic.SizeMix;
import io.weir.perf.traffic.Traffic;
import java.util.ArrayList;
import java.util.List;

/**
 * Has the kernel run a {@link LiveProgram} on as many frames as are due: one call for many frames of one size. Frames
 * are numbered within the thread's stream. What the device's far end has no room for is lost without a word; the
 * device's own counters tell.
 */
final class LiveSender implements Sender, AutoCloseable {
    /** Frames of the first turn: each call costs some 20 ms of waiting for the kernel to free its memory. */
    private static final int FIRST_CHUNK = 16_384;

    private static final int MAX_CHUNK = 1 << 20;
    /** A turn of calls, one a size, lasts about this long when nothing else limits it. */
    private static final long TURN_NS = 250_000_000;

    private static final int BATCH = 64;

    private final SendCounts counts = new SendCounts();
    private final List<BpfProgram> programs = new ArrayList<>();
    private final List<byte[]> frames = new ArrayList<>();
    private final BpfMap numbers;
    private final Pacer pacer;
    private final long[] costs; // by place in the mix
    private final int[] kinds; // by place in the mix: which program
    private final int[] quotas; // of one turn, by program
    private final int ifindex;
    private final long limit;
    private int nextSize;

    /**
     * @param options the run's
     * @param thread number of this one
     * @param ifindex of the device
     * @param sourceMac of the device
     */
    LiveSender(GeneratorOptions options, int thread, int ifindex, long sourceMac) {
        this.ifindex = ifindex;
        this.pacer = new Pacer(options.rate().share(options.threads()));
        this.numbers = BpfMap.create(BpfMap.Type.ARRAY, "weir_pktgen", 4, 8, 1);
        boolean syn = options.traffic().protocol() == Protocol.TCP_SYN;
        List<Integer> sizes = syn ? List.of(0) : options.traffic().sizes().sizes();
        List<Integer> distinct = sizes.stream().distinct().toList();
        this.costs = new long[sizes.size()];
        this.kinds = sizes.stream().mapToInt(distinct::indexOf).toArray();
        this.quotas = new int[distinct.size()];
        long count = options.count();
        int threads = options.threads();
        this.limit = count == 0 ? Long.MAX_VALUE : count / threads + (thread < count % threads ? 1 : 0);
        try {
            for (int size : distinct) {
                load(options, thread, size, sourceMac);
            }
            for (int i = 0; i < costs.length; i++) {
                costs[i] = pacer.cost(frames.get(kinds[i]).length + SizeMix.FCS);
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void load(GeneratorOptions options, int thread, int size, long sourceMac) {
        Traffic traffic = options.traffic();
        FlowHeaders first = new FlowHeaders(new FlowSpace(traffic.withFlows(1, traffic.popularity())));
        try (FrameTemplate template = new FrameTemplate(
                traffic, first, sourceMac, size, traffic.protocol().flags(), options.stamp())) {
            programs.add(BpfProgram.load(
                    BpfProgram.Type.XDP,
                    "weir_pktgen",
                    LiveProgram.assemble(traffic, template, numbers, thread, options.threads())));
            frames.add(template.bytes());
        }
    }

    @Override
    public void run(RunControl control) {
        long begun = CountedSender.awaitStart(control);
        pacer.start(begun);
        long end = begun + control.durationNs;
        long now = begun;
        long last = now;
        while (counts.sent() < limit && !control.isStopped()) {
            boolean over = now - end >= 0;
            if (takeDue(over ? end - 1 : now, chunk(begun, now, end)) > 0) {
                runQuotas();
                last = System.nanoTime();
            } else if (!over) {
                ThreadPort.idle(Math.min(pacer.waitNs(now), end - now));
            }
            if (over) {
                break; // what was due at the end has left
            }
            now = System.nanoTime();
        }
        counts.lasted(last - begun);
    }

    private void runQuotas() {
        for (int kind = 0; kind < quotas.length; kind++) {
            int due = quotas[kind];
            if (due > 0) {
                byte[] frame = frames.get(kind);
                programs.get(kind).runLive(frame, ifindex, 0, due, BATCH);
                counts.sent(due, (long) due * frame.length);
                quotas[kind] = 0;
            }
        }
    }

    /** Frames of the next turn at most. */
    private int chunk(long begun, long now, long end) {
        if (costs[0] != 0) {
            return MAX_CHUNK; // no more is due anyway
        }
        long sent = counts.sent();
        if (sent == 0) {
            return FIRST_CHUNK;
        }
        long nanos = Math.min(TURN_NS, end - now);
        return nanos <= 0 ? 0 : Math.clamp((long) ((double) sent / (now - begun) * nanos), 64, MAX_CHUNK);
    }

    /** Shares out what is due. Returns how many frames. */
    private int takeDue(long now, int chunk) {
        int most = (int) Math.min(chunk, limit - counts.sent());
        int due = 0;
        while (due < most && pacer.isDue(now)) {
            long cost = costs[nextSize];
            if (cost != 0) {
                counts.late(-pacer.waitNs(now));
            }
            pacer.take(cost, now);
            quotas[kinds[nextSize]]++;
            nextSize = nextSize + 1 == costs.length ? 0 : nextSize + 1;
            due++;
        }
        return due;
    }

    @Override
    public boolean needsNamespace() {
        return true;
    }

    @Override
    public long sent() {
        return counts.sent();
    }

    @Override
    public long bytes() {
        return counts.bytes();
    }

    @Override
    public long worstLateNs() {
        return counts.worstLateNs();
    }

    @Override
    public long nanos() {
        return counts.nanos();
    }

    @Override
    public void close() {
        programs.forEach(BpfProgram::close);
        numbers.close();
    }
}
