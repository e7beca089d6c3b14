package io.weir.perf.pktgen;

import io.weir.perf.pktgen.KernelPktgenScript.Command;
import io.weir.perf.thread.MeasuredThread;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** Starts the kernel's generator, watches it and stops it in time. Runs inside the device's namespace. */
final class KernelPktgenSender implements Sender {
    private static final long LOOK_MS = 50;
    private static final long STOP_MS = 5_000;

    private final GeneratorOptions options;
    private final int frameLength;
    private final SendCounts counts = new SendCounts();
    private final List<String> results = new ArrayList<>();

    KernelPktgenSender(GeneratorOptions options, int frameLength) {
        this.options = options;
        this.frameLength = frameLength;
    }

    @Override
    public void run(RunControl control) {
        long begun = CountedSender.awaitStart(control);
        long end = begun + control.durationNs;
        MeasuredThread starter = new MeasuredThread(
                "pktgen-start",
                options.namespace(),
                MeasuredThread.ANY_CORE,
                () -> KernelPktgenEngine.write(new Command(KernelPktgenScript.CONTROL, "start"))); // returns at the end
        starter.start();
        while (!starter.join(LOOK_MS) && System.nanoTime() - end < 0 && !control.isStopped()) {
            look();
        }
        if (starter.isAlive()) {
            KernelPktgenEngine.write(new Command(KernelPktgenScript.CONTROL, "stop"));
        }
        starter.finish(STOP_MS);
        counts.lasted(System.nanoTime() - begun);
        look();
    }

    private void look() {
        long sent = 0;
        long errors = 0;
        results.clear();
        for (int i = 0; i < options.threads(); i++) {
            String file = KernelPktgenScript.deviceFile(options.device(), i);
            try {
                KernelPktgenStatus status =
                        KernelPktgenStatus.parse(Files.readString(KernelPktgenEngine.DIRECTORY.resolve(file)));
                sent += status.sent();
                errors += status.errors();
                if (!status.result().isEmpty()) {
                    results.add(file + ": " + status.result());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        long more = sent - counts.sent();
        counts.sent(more, more * frameLength);
        counts.dropped(errors);
    }

    List<String> results() {
        return List.copyOf(results);
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
    public long dropped() {
        return counts.dropped();
    }

    @Override
    public long nanos() {
        return counts.nanos();
    }
}
