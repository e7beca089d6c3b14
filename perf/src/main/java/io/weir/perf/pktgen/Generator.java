package io.weir.perf.pktgen;

import io.weir.perf.device.DeviceCounters;
import io.weir.perf.sink.Received;
import io.weir.perf.sink.Receiver;
import io.weir.perf.thread.MeasuredThread;
import io.weir.perf.traffic.SizeMix;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Sends test traffic from one device.
 *
 * <pre>{@code
 * GeneratorResult result = new Generator(GeneratorOptions.of("eth0", Traffic.to(mac)).in(namespace)
 *         .withRate(Rate.parse("100k")).until(0, Duration.ofSeconds(2))).run();
 * }</pre>
 */
public final class Generator {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long START_DELAY_NS = 2_000_000;
    /** What a run may take beyond its duration: opening flows, the last frames. */
    private static final long GRACE_NS = 30 * SECOND_NS;

    private final GeneratorOptions options;
    private Consumer<Second> listener = second -> {};
    private Runnable gate = () -> {};
    private volatile RunControl control;
    private volatile boolean stopped;

    /**
     * @param options of all its runs
     */
    public Generator(GeneratorOptions options) {
        this.options = options;
    }

    /** Has somebody told what happened, each second, on the thread that called {@link #run}. */
    public Generator onSecond(Consumer<Second> consumer) {
        listener = consumer;
        return this;
    }

    /**
     * Has a run wait, with the device open, before it sends its first frame.
     *
     * @param condition returns when it may begin
     */
    public Generator waitingFor(Runnable condition) {
        gate = condition;
        return this;
    }

    /** Any thread: ends the run early. */
    public void stop() {
        stopped = true;
        RunControl running = control;
        if (running != null) {
            running.stop();
        }
    }

    /**
     * Runs to the end.
     *
     * @throws RuntimeException when the device cannot be opened so, or a thread failed
     */
    public GeneratorResult run() {
        try (Engine engine = Engines.open(options)) {
            DeviceCounters before = DeviceCounters.read(options.namespace(), options.device());
            gate.run();
            RunControl run = new RunControl(
                    System.nanoTime() + START_DELAY_NS, options.duration().toNanos());
            control = run;
            if (stopped) {
                run.stop();
            }
            List<MeasuredThread> threads = threads(engine, run);
            threads.forEach(MeasuredThread::start);
            List<Second> seconds = watch(engine, run, threads);
            threads.forEach(thread -> thread.finish(MeasuredThread.millis(SECOND_NS)));
            DeviceCounters after = DeviceCounters.read(options.namespace(), options.device());
            return result(engine, threads, seconds, after.since(before));
        } finally {
            control = null;
        }
    }

    private List<MeasuredThread> threads(Engine engine, RunControl run) {
        List<MeasuredThread> threads = new ArrayList<>();
        for (Sender sender : engine.senders()) {
            int number = threads.size();
            int core = options.cores().isEmpty()
                    ? MeasuredThread.ANY_CORE
                    : options.cores().get(number);
            threads.add(new MeasuredThread(
                    "pktgen-" + number,
                    sender.needsNamespace() ? options.namespace() : null,
                    core,
                    () -> sender.run(run)));
        }
        return threads;
    }

    /** Until all threads have ended: a line each second. */
    private List<Second> watch(Engine engine, RunControl run, List<MeasuredThread> threads) {
        List<Second> seconds = new ArrayList<>();
        long deadline = run.startNs + run.durationNs + 5 * options.linger().toNanos() + GRACE_NS;
        long mark = run.startNs;
        long[] before = new long[3];
        boolean alive = true;
        while (alive) {
            LockSupport.parkNanos(1_000_000);
            long now = System.nanoTime();
            alive = threads.stream().anyMatch(MeasuredThread::isAlive);
            if (threads.stream().anyMatch(thread -> thread.failure() != null) || now - deadline >= 0) {
                run.stop();
            }
            if (now - deadline >= SECOND_NS) {
                break;
            }
            if (now - mark >= SECOND_NS || !alive) {
                Second second = second(engine, seconds.size() + 1, now - mark, before);
                if (alive || second.sent() > 0 || second.received() > 0) {
                    seconds.add(second);
                    listener.accept(second);
                }
                mark = now;
            }
        }
        return seconds;
    }

    private static Second second(Engine engine, int number, long nanos, long[] before) {
        long sent = 0;
        long bytes = 0;
        long received = 0;
        for (Sender sender : engine.senders()) {
            sent += sender.sent();
            bytes += sender.bytes();
            received += sender.receiver() == null ? 0 : sender.receiver().frames();
        }
        Second second = new Second(
                number,
                nanos,
                sent - before[0],
                (bytes - before[1] + SizeMix.FCS * (sent - before[0])) * 8,
                received - before[2]);
        before[0] = sent;
        before[1] = bytes;
        before[2] = received;
        return second;
    }

    private static GeneratorResult result(
            Engine engine, List<MeasuredThread> threads, List<Second> seconds, DeviceCounters device) {
        List<? extends Sender> senders = engine.senders();
        List<Receiver> receivers =
                senders.stream().map(Sender::receiver).filter(Objects::nonNull).toList();
        return new GeneratorResult(
                engine.driver(),
                engine.notes(),
                senders.stream().mapToLong(Sender::sent).sum(),
                senders.stream().mapToLong(Sender::openingFrames).sum(),
                senders.stream().mapToLong(Sender::bytes).sum(),
                senders.stream().mapToLong(Sender::dropped).sum(),
                senders.stream().mapToLong(Sender::stalls).sum(),
                senders.stream().mapToLong(Sender::nanos).max().orElse(0),
                senders.stream().mapToLong(Sender::worstLateNs).max().orElse(0),
                seconds,
                senders.stream().mapToLong(Sender::receiveDrops).sum(),
                receivers.isEmpty() ? null : Received.of(receivers),
                senders.stream()
                        .map(Sender::connections)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(null),
                threads.stream().map(MeasuredThread::usage).toList(),
                device);
    }
}
